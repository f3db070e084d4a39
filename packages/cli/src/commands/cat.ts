import { Command } from '@commander-js/extra-typings';
import { findFile } from '../find-file.ts';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';

/** `appimage cat` */
export function catCommand(session: Session) {
  return new Command('cat')
    .description(
      'Prints files from an AppImage, byte for byte, one after the other. Symlinks in it are followed. With --json, only ' +
        'an error is an object: what is printed stays the same.',
    )
    .argument('<FILE>', 'an AppImage or a bare file system image: a path or a URL')
    .argument('<PATH...>', 'files in it')
    .action((file, paths) =>
      withImage(session, file, async ({ files }) => {
        const { signal } = session;
        for (const path of paths) {
          const entry = await findFile(files, path, { signal });
          for await (const piece of files.readFile(entry, { signal })) await session.stdout.write(piece);
        }
      }),
    );
}
