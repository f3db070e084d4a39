import { type AppImage, type FileEntry, isAppImageError, type ReadOptions } from '@appimage-js/format';

/**
 * What a file of the new image is to the old one.
 *
 * - `new`: the old one has no file of that path
 * - `changed`: it has one with other contents
 * - `repacked`: it has the same contents, stored otherwise: another compression, level or block size, or in one block with small files that differ
 */
export type FileChange = 'new' | 'changed' | 'repacked';

/** Answers {@link FileChange} of files, each read once at most. */
export function fileComparer(
  old: AppImage,
  image: AppImage,
  options: ReadOptions,
): (file: FileEntry) => Promise<FileChange> {
  const known = new Map<string, Promise<FileChange>>();
  return (file) => {
    const answer = known.get(file.path) ?? compare(old, image, file, options);
    known.set(file.path, answer);
    return answer;
  };
}

async function compare(old: AppImage, image: AppImage, file: FileEntry, options: ReadOptions): Promise<FileChange> {
  const before = await old.files.stat(file.path, options).catch((error: unknown) => {
    if (isAppImageError(error)) return undefined; // it is not there, or can not be told
    throw error;
  });
  if (before?.type !== 'file') return 'new';
  if (before.size !== file.stat.size) return 'changed';
  return (await haveSameBytes(old, image, file, options)) ? 'repacked' : 'changed';
}

async function haveSameBytes(
  old: AppImage,
  image: AppImage,
  { path }: FileEntry,
  options: ReadOptions,
): Promise<boolean> {
  const before = pieces(old.files.readFile(path, options));
  const after = pieces(image.files.readFile(path, options));
  try {
    while (true) {
      const [left, right] = [await before.next(), await after.next()];
      const length = Math.min(left.length, right.length);
      if (length === 0) return left.length === right.length;
      for (let index = 0; index < length; index++) if (left[index] !== right[index]) return false;
      before.keep(left.subarray(length));
      after.keep(right.subarray(length));
    }
  } finally {
    await before.stop();
    await after.stop();
  }
}

/** Pieces of any length, one after the other; what is kept comes again. An empty one is the end. */
function pieces(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async next(): Promise<Uint8Array> {
      while (rest.length === 0) {
        const { done, value } = await iterator.next();
        if (done) break;
        rest = value;
      }
      return rest;
    },
    keep(left: Uint8Array): void {
      rest = left;
    },
    async stop(): Promise<void> {
      await iterator.return?.();
    },
  };
}
