import type { FileEntry, ReadonlyFileSystem } from '../../src/filesystem/readonly-file-system.ts';

/** How much of one file is read: a few bytes of image can claim any number of zeros. */
const MAXIMUM_READ = 1_048_576;

/**
 * Opens a file system, walks all of it and reads everything in it, until it has met `maximumEntries`; answers the errors that
 * it met, one for each thing that failed.
 */
export async function exploreFiles(open: () => Promise<ReadonlyFileSystem>, maximumEntries = 200): Promise<unknown[]> {
  const errors: unknown[] = [];
  const attempt = async <Result>(action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  const files = await attempt(open);
  if (files === undefined) return errors;
  const entries: FileEntry[] = [];
  await attempt(async () => {
    for await (const entry of files.walk()) {
      entries.push(entry);
      if (entries.length >= maximumEntries) return;
    }
  });
  for (const entry of entries) {
    await attempt(() => files.readXattrs(entry));
    await attempt(() => files.stat(entry.path));
    if (entry.stat.type === 'symlink') await attempt(() => files.readLink(entry));
    if (entry.stat.type === 'file') await attempt(() => readStart(files, entry));
  }
  return errors;
}

async function readStart(files: ReadonlyFileSystem, entry: FileEntry): Promise<void> {
  let length = 0;
  for await (const piece of files.readFile(entry)) {
    length += piece.length;
    if (length > MAXIMUM_READ) return;
  }
}
