import {
  type FileEntry,
  type FileStat,
  type FileType,
  type ReadOptions,
  type ReadonlyFileSystem,
  walkInRuns,
} from '@appimage-js/format';
import { Command } from '@commander-js/extra-typings';
import { findFile } from '../find-file.ts';
import { printablePath } from '../output/printable.ts';
import { formatSize } from '../output/size.ts';
import type { Session } from '../session.ts';
import { withImage } from '../with-image.ts';

/** `appimage ls` */
export function lsCommand(session: Session) {
  return new Command('ls')
    .description(
      'Lists the files in an AppImage, with everything below them, as archives are listed. Times are UTC. ' +
        'With --json, each line is an object with path, type, size, mode, mtime and target.',
    )
    .argument('<FILE>', 'an AppImage or a bare file system image: a path or a URL')
    .argument('[PATH]', 'a directory or file in it (default: all)')
    .option('-l, --long', 'print modes, owners, sizes, times and what symlinks point to')
    .option('--shallow', 'leave out what is in subdirectories')
    .action(async (file, path, { long, shallow }) => {
      const toLine = session.settings.json ? jsonLine : long ? longLine : undefined;
      const { signal } = session;
      await withImage(session, file, async ({ files }) => {
        for await (const run of list(files, await findFile(files, path ?? '', { signal }), { shallow, signal })) {
          const lines =
            toLine === undefined ? run.map(plainLine) : await linesWithTargets(files, run, { toLine, signal });
          await session.stdout.write(lines.join(''));
        }
      });
    });
}

/** What is below a directory, a handful at a time, or the file itself. */
async function* list(
  files: ReadonlyFileSystem,
  start: FileEntry,
  { shallow, signal }: ReadOptions & { readonly shallow: true | undefined },
): AsyncGenerator<readonly FileEntry[], void, undefined> {
  if (start.stat.type !== 'directory') yield [start];
  else if (shallow) yield await files.readDirectory(start, { signal });
  else yield* walkInRuns(files, { from: start.path, signal });
}

async function linesWithTargets(
  files: ReadonlyFileSystem,
  entries: readonly FileEntry[],
  { toLine, signal }: ReadOptions & { readonly toLine: (entry: FileEntry, target: string | null) => string },
): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of entries) {
    lines.push(toLine(entry, entry.stat.type === 'symlink' ? await files.readLink(entry, { signal }) : null));
  }
  return lines;
}

function jsonLine({ path, stat: { type, size, mode, mtime } }: FileEntry, target: string | null): string {
  return `${JSON.stringify({ path, type, size, mode, mtime, target })}\n`;
}

function plainLine({ path, stat }: FileEntry): string {
  return `${printablePath(path)}${stat.type === 'directory' ? '/' : ''}\n`;
}

/** As `tar -tv` prints it. */
function longLine(entry: FileEntry, target: string | null): string {
  const { path, stat } = entry;
  const owner = `${stat.uid}/${stat.gid}`;
  const name = target === null ? printablePath(path) : `${printablePath(path)} -> ${printablePath(target)}`;
  return `${modeText(stat)} ${owner.padEnd(9)} ${sizeText(stat).padStart(9)} ${timeText(stat.mtime)} ${name}\n`;
}

const TYPE_LETTERS: Record<FileType, string> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  'block-device': 'b',
  'character-device': 'c',
  fifo: 'p',
  socket: 's',
};

/** "drwxr-xr-x", with s and t for setuid, setgid and sticky. */
function modeText({ type, mode }: FileStat): string {
  const special = ['s', 's', 't'];
  const classes = special.map((letter, index) => {
    const bits = mode >> (6 - 3 * index);
    const isSpecial = (mode >> (11 - index)) & 1;
    const last = bits & 1 ? 'x' : '-';
    const execute = isSpecial ? (bits & 1 ? letter : letter.toUpperCase()) : last;
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${execute}`;
  });
  return TYPE_LETTERS[type] + classes.join('');
}

function sizeText({ size, device }: FileStat): string {
  return device === undefined ? formatSize(size) : `${device.major},${device.minor}`;
}

/** "2026-01-31 23:59" */
function timeText(mtime: number): string {
  return new Date(mtime * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
