import { type ManifestImage, readManifest } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { placesOf, SYSTEM_HELP } from '../integration.ts';
import { printable, showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';

/** `appimage list` */
export function listCommand(session: Session) {
  return new Command('list')
    .description('Lists the AppImages that are known to the menu, and why others are not in it.')
    .option('--system', SYSTEM_HELP)
    .action(async (options) => {
      const { images } = (await readManifest(placesOf(session, options))).manifest;
      if (session.settings.json) return await session.printJson(images);
      for (const image of images) await session.stdout.write(`${lineOf(image)}\n`);
      if (images.length === 0) await session.summary('No AppImage is integrated');
    });
}

function lineOf({ name, version, path, leftAlone }: ManifestImage): string {
  const what = [name ?? 'without a name', version ?? ''].filter((each) => each !== '').join(' ');
  return `${printable(what)}  ${showPath(path)}${leftAlone === null ? '' : `, not in the menu: ${printable(leftAlone)}`}`;
}
