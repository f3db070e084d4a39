import { type AppImageError, describeAppImage } from '@appimage-js/format';
import { Command } from '@commander-js/extra-typings';
import { printDescription } from '../output/description-page.ts';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';

/** `appimage info` */
export function infoCommand(session: Session): Command<[string]> {
  return new Command('info')
    .description(
      'Says what a file is and what it says about itself. Nothing in it is run; of a URL, only the bytes that are needed are ' +
        'fetched. The status is 1 for an image that is damaged, whatever could be told of it.',
    )
    .argument('<FILE>', 'an AppImage or a bare file system image: a path or a URL')
    .action(async (file) => {
      const locale = localeOf(session);
      await withImage(session, file, async (image) => {
        const description = await describeAppImage(image, {
          signal: session.signal,
          ...(locale === undefined ? {} : { locale }),
        });
        const { transfer } = image.source;
        if (session.settings.json) await session.printJson({ ...description, ...(transfer && { transfer }) });
        else await printDescription(session, { description, file: withoutCredentials(file), transfer });
        if (isDamage(image.problem)) throw image.problem;
      });
    });
}

/** A user name and a password in a URL are nobody's business who looks at the screen. */
function withoutCredentials(file: string): string {
  return file.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}

/** What people read is in their language; what programs read is not. */
function localeOf({ settings, environment }: Session): string | undefined {
  if (settings.json) return undefined;
  return environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || undefined;
}

/** Files of another kind are none, and neither is what is whole but needs something that is not here. */
function isDamage(problem: AppImageError | undefined): problem is AppImageError {
  return problem !== undefined && problem.code !== 'unsupported';
}
