import { AppImageError } from '../errors.ts';
import type { ImageLimits } from './image-limits.ts';
import { describePath, limitReached } from './path-errors.ts';
import type { FileEntry, ReadonlyFileSystem, WalkOptions } from './readonly-file-system.ts';

/** What a walk needs of a file system, and the bounds that hold for it. */
export interface WalkedTree {
  readonly files: Pick<ReadonlyFileSystem, 'readDirectory'>;
  readonly limits: Required<ImageLimits>;
}

/**
 * Delivers every entry below `start`: a directory first, then what is in it. A directory that is met twice, by its inode
 * number, is a loop.
 *
 * @throws AppImageError `malformed` for a directory that is met twice, `limit` for too many entries or too deep a tree
 */
export async function* walkTree(
  { files, limits }: WalkedTree,
  start: FileEntry,
  options: Omit<WalkOptions, 'from'> = {},
): AsyncGenerator<FileEntry, void, undefined> {
  const seen = new Set([start.stat.inode]);
  const levels = [(await files.readDirectory(start, options)).values()];
  let delivered = 0;
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { value: entry } = level.next();
    if (entry === undefined) {
      levels.pop();
      continue;
    }
    delivered += 1;
    if (delivered > limits.entries) throw limitReached('entries', limits.entries, entry.path);
    yield entry;
    if (entry.stat.type !== 'directory') continue;
    if (seen.has(entry.stat.inode)) throw directoryTwice(entry.path);
    if (levels.length >= limits.depth) throw limitReached('directories inside each other', limits.depth, entry.path);
    seen.add(entry.stat.inode);
    levels.push((await files.readDirectory(entry, options)).values());
  }
}

function directoryTwice(path: string): AppImageError {
  return new AppImageError(
    'malformed',
    `Cannot walk image: directory ${describePath(path)} must be met once, found again`,
    { path },
  );
}
