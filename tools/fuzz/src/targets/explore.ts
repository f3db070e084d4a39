import { type FileEntry, isAppImageError, type ReadonlyFileSystem } from '@appimage-js/format';

/** What an image may ask for; small, so that many inputs can be read. */
export const LIMITS = { depth: 16, entries: 300, listingLength: 65_536 };

/** How much of one file is read: a few bytes of image can claim any number of zeros. */
const MAXIMUM_READ = 1_048_576;

/** Walks a tree and reads everything in it by every method; an `AppImageError` ends only what it came from. */
export async function explore(files: ReadonlyFileSystem): Promise<void> {
  const entries: FileEntry[] = [];
  await attempt(async () => {
    for await (const entry of files.walk()) entries.push(entry);
  });
  for (const entry of entries) {
    await attempt(() => files.readXattrs(entry));
    await attempt(() => files.stat(entry.path));
    if (entry.stat.type === 'symlink') await attempt(() => files.readLink(entry));
    if (entry.stat.type !== 'file') continue;
    await attempt(() => readStart(files, entry));
    await attempt(() => readEnd(files, entry));
  }
}

async function attempt(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isAppImageError(error)) throw error;
  }
}

async function readStart(files: ReadonlyFileSystem, entry: FileEntry): Promise<void> {
  let length = 0;
  for await (const piece of files.readFile(entry)) {
    length += piece.length;
    if (length > MAXIMUM_READ) return;
  }
}

async function readEnd(files: ReadonlyFileSystem, entry: FileEntry): Promise<void> {
  const { size } = entry.stat;
  for await (const _ of files.readFile(entry, { start: Math.max(0, size - 5), end: size }));
}
