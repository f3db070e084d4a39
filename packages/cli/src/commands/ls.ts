import { type FileEntry, type FileStat, type FileType, type ReadonlyFileSystem, resolvePath } from '@appimage-js/format';
import { Command } from '@commander-js/extra-typings';
import { findFile } from '../find-file.ts';
import { printablePath } from '../output/printable.ts';
import { formatSize } from '../output/size.ts';
import type { Session } from '../session.ts';
import { parseWholeNumber } from '../values/whole-number.ts';
import { withImage } from '../with-image.ts';

/** `appimage ls` */
export function lsCommand(session: Session): Command<[string, string | undefined]> {
  return new Command('ls')
    .description(
      'Lists the files in an AppImage, with everything below them, as archives are listed. Times are UTC.\n' +
        'With --json each line is an object: path, type, size, mode, mtime, target.',
    )
    .argument('<FILE>', 'an AppImage, or a bare SquashFS image')
    .argument('[PATH]', 'a directory or file in it (default: all)')
    .option('-l, --long', 'print modes, owners, sizes, times and what symlinks point to')
    .option('-d, --depth <LEVELS>', 'go no deeper: 1 is the directory itself, without what is below', parseWholeNumber)
    .action(async (file, path = '', { long, depth = Number.POSITIVE_INFINITY }) => {
      const toLine = session.settings.json ? jsonLine : long ? longLine : plainLine;
      await withImage(file, async ({ files }) => {
        for await (const entry of list(files, await findFile(files, path), depth)) {
          const target = entry.stat.type === 'symlink' ? await files.readLink(entry) : null;
          await session.stdout.write(toLine(entry, target));
        }
        await session.stdout.flush();
      });
    });
}

/** What is below a directory, or the file itself. */
async function* list(files: ReadonlyFileSystem, start: FileEntry, depth: number): AsyncGenerator<FileEntry> {
}
