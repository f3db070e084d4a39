import { constants, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@appimage-js/format/node';

/** What became of one of several files. */
export type FileOutcome<Result> =
  | { readonly file: string; readonly result: Result; readonly error?: never }
  | { readonly file: string; readonly error: unknown; readonly result?: never };

/** Options of {@link forEachAppImage}. */
export interface ForEachOptions<Result> {
  /** Files that are worked on at once. Default 2. */
  readonly concurrency?: number;
  /** Told as soon as it is there, in the order in which the files are done. */
  readonly onOutcome?: (outcome: FileOutcome<Result>) => void | Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does something with several AppImages, such as to check or to update them, some at once. One that fails does not keep the others from
 * their turn. Answers the outcomes in the order of the files.
 *
 * @throws the signal's reason when it is aborted
 */
export async function forEachAppImage<Result>(
  files: readonly string[],
  work: (file: string) => Promise<Result>,
  { concurrency = 2, onOutcome, signal }: ForEachOptions<Result> = {},
): Promise<FileOutcome<Result>[]> {
  if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`Cannot update files: concurrency must be an integer from 1, found ${concurrency}`);
  }
  const outcomes: FileOutcome<Result>[] = [];
  const queue = files.entries();
  const take = async () => {
    for (const [index, file] of queue) {
      signal?.throwIfAborted();
      const outcome = await work(file).then(
        (result): FileOutcome<Result> => ({ file, result }),
        (error: unknown): FileOutcome<Result> => ({ file, error }),
      );
      signal?.throwIfAborted();
      // A mistake of the caller's is one with every file.
      if (outcome.error instanceof RangeError) throw outcome.error;
      outcomes[index] = outcome;
      await onOutcome?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, take));
  return outcomes;
}

/**
 * Finds the AppImages in folders, but not in the folders in these: files that are called so, and those that say so at their start. Each
 * file is listed once, whatever links lead to it; folders that are not there have none.
 *
 * @throws AppImageError `io` when a folder can not be read
 */
export async function findAppImages(folders: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return [];
      throw ioError(`Cannot look for AppImages in ${folder}`, folder, cause);
    });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || !(entry.isFile() || entry.isSymbolicLink())) continue;
      const real = await realpath(path).catch(() => undefined);
      if (real !== undefined && !found.has(real) && (await isAppImage(real))) found.set(real, path);
    }
  }
  return [...found.values()];
}

async function isAppImage(path: string): Promise<boolean> {
  try {
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // a pipe would wait for a writer
    if (!(await file.stat()).isFile()) return false;
    if (/\.appimage$/i.test(path)) return true;
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(11) });
    // The ELF header's padding, bytes 8 to 10, is "AI" and the type.
    return (
      bytesRead === 11 &&
      buffer.toString('latin1', 0, 4) === '\x7fELF' &&
      ['AI\x01', 'AI\x02'].includes(buffer.toString('latin1', 8))
    );
  } catch {
    return false;
  }
}
