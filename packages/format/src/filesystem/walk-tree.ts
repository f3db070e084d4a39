import { AppImageError } from '../errors.ts';
import type { ImageLimits } from './image-limits.ts';
import { describePath, limitReached } from './path-errors.ts';
import type { FileEntry, ReadonlyFileSystem, WalkOptions } from './readonly-file-system.ts';

/** What a walk needs of a file system, and the bounds that hold for it. */
export interface WalkedTree {
  readonly files: Pick<ReadonlyFileSystem, 'readDirectory'>;
  readonly limits: Required<ImageLimits>;
}

/** Where a walk begins; a function is called when the first entry is asked for. */
export type WalkStart = FileEntry | (() => Promise<FileEntry>);

/**
 * Delivers every entry below `start`: a directory first, then what is in it. A directory that is met twice, by its inode
 * number, is a loop.
 *
 * @throws AppImageError `malformed` for a directory that is met twice, `limit` for too many entries or too deep a tree
 */
export async function* walkTree(
  tree: WalkedTree,
  start: WalkStart,
  options: Omit<WalkOptions, 'from'> = {},
): AsyncGenerator<FileEntry, void, undefined> {
  for await (const run of walkTreeInRuns(tree, start, options)) {
    for (const entry of run) yield entry;
  }
}

/** As {@link walkTree}; entries of one directory come together, up to the next directory that has to be read. */
export async function* walkTreeInRuns(
  { files, limits }: WalkedTree,
  start: WalkStart,
  options: Omit<WalkOptions, 'from'> = {},
): AsyncGenerator<readonly FileEntry[], void, undefined> {
  const first = typeof start === 'function' ? await start() : start;
  const seen = new Set([first.stat.inode]);
  const levels = [{ entries: await files.readDirectory(first, options), next: 0 }];
  let delivered = 0;
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { entries, next } = level;
    level.next = endOfRun(entries, next);
    if (level.next === next) {
      levels.pop();
      continue;
    }
    const run = entries.slice(next, level.next);
    const allowed = limits.entries - delivered;
    delivered += run.length;
    if (allowed < run.length) {
      if (allowed > 0) yield run.slice(0, allowed);
      throw limitReached('entries', limits.entries, (run[allowed] as FileEntry).path);
    }
    yield run;
    const directory = run.at(-1) as FileEntry;
    if (directory.stat.type !== 'directory') continue;
    if (seen.has(directory.stat.inode)) throw directoryTwice(directory.path);
    if (levels.length >= limits.depth) {
      throw limitReached('directories inside each other', limits.depth, directory.path);
    }
    seen.add(directory.stat.inode);
    levels.push({ entries: await files.readDirectory(directory, options), next: 0 });
  }
}

/** The index behind the next directory, or behind the last entry where none follows. */
function endOfRun(entries: readonly FileEntry[], start: number): number {
  for (let index = start; index < entries.length; index++) {
    if (entries[index]?.stat.type === 'directory') return index + 1;
  }
  return entries.length;
}

/**
 * Walks a file system as its `walk` does, but delivers the entries a handful at a time: to wait for each of 100,000 of them takes
 * longer than to read them.
 */
export function walkInRuns(files: ReadonlyFileSystem, options?: WalkOptions): AsyncIterable<readonly FileEntry[]> {
  return files.walkRuns?.(options) ?? singly(files.walk(options));
}

async function* singly(entries: AsyncIterable<FileEntry>): AsyncGenerator<readonly FileEntry[], void, undefined> {
  for await (const entry of entries) yield [entry];
}

function directoryTwice(path: string): AppImageError {
  return new AppImageError(
    'malformed',
    `Cannot walk image: directory ${describePath(path)} must be met once, found again`,
    { path },
  );
}
