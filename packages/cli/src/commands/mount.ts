import { symlink, unlink } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import { mountContents, readHost, readImage } from '@appimage-js/sandbox';
import { Command } from '@commander-js/extra-typings';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

/** `appimage mount` */
export function mountCommand(session: Session) {
  return new Command('mount')
    .description(
      'Makes the files in an AppImage available in a directory, prints which, and stays until it is interrupted or somebody unmounts ' +
        'it. Nothing from the AppImage is run. Where nothing can be mounted, the files are unpacked into the cache, and stay there.',
    )
    .argument('<FILE>', 'an AppImage or a bare file system image')
    .argument('[DIR]', 'a name that leads there meanwhile, by a symlink; it must be free')
    .action(async (file, link) => {
      const { signal, environment: env } = session;
      const image = await readImage(file);
      await using mounted = await mountContents({ file, image, host: readHost(), env, signal });
      const directory = isAbsolute(mounted.directory) ? mounted.directory : resolve(mounted.directory);
      await using _ = link === undefined ? undefined : await linkTo(directory, link);
      if (session.settings.json) await session.printJson({ directory, by: mounted.by });
      else await session.stdout.write(`${printable(link ?? directory)}\n`);
      await session.stdout.flush();
      if (mounted.by !== 'mount' && link === undefined) return;
      await Promise.race([mounted.ended, aborted(signal)]);
    });
}

async function linkTo(directory: string, link: string): Promise<AsyncDisposable> {
  await symlink(directory, link).catch((cause: unknown) => {
    throw ioError(`Cannot make ${link}`, link, cause);
  });
  return { [Symbol.asyncDispose]: async () => await unlink(link).catch(() => undefined) };
}

/** To be stopped is how this ends well. A process that only waits for a signal has nothing to keep it. */
async function aborted(signal: AbortSignal): Promise<void> {
  const keep = setInterval(() => undefined, 3_600_000);
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
  clearInterval(keep);
}
