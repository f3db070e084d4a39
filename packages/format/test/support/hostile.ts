import type { Compressor, Decompressor, Decompressors } from '../../src/compression/codec.ts';
import { AppImageError, isAppImageError } from '../../src/errors.ts';
import type { ImageLimits } from '../../src/filesystem/image-limits.ts';
import type { InputDirectory } from '../../src/filesystem/input-tree.ts';
import type { FileEntry, ReadonlyFileSystem } from '../../src/filesystem/readonly-file-system.ts';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { openSquashfs } from '../../src/squashfs/read/open-squashfs.ts';
import { device, directory, file, ipc, noise, symlink, writeImage, xattrs } from './trees.ts';

/** Makes nothing smaller, so that everything is stored as it is and a test can reach each field. */
export const storingCompressor: Compressor = {
  name: 'zstd',
  level: 15,
  concurrency: 2,
  compress: async (data) => data,
};

/** A few files of every kind; small, so that each byte of the image can have its turn. */
export function smallTree(): InputDirectory {
  const linked = file('linked', { uid: 5, gid: 6 });
  return directory({
    block: file(noise(4096 + 50)),
    sparse: file(new Uint8Array(8192)),
    small: file('small', { xattrs: xattrs({ 'user.comment': 'text', 'trusted.x': '' }) }),
    link: symlink('block'),
    'hard-1': linked,
    folder: directory({ 'hard-2': linked, fifo: ipc('fifo') }, { xattrs: xattrs({ 'user.comment': 'text' }) }),
    device: device('character-device', 1, 3),
  });
}

/** {@link smallTree} and more, so that neither the contents nor the tables are read at once. */
export function spreadTree(): InputDirectory {
  const files = Array.from({ length: 20 }, (_, index) => {
    const attributes = xattrs({ 'user.noise': noise(4000, index) });
    return [`file-${index}`, file(noise(5000, index), { xattrs: attributes })] as const;
  });
  return directory({ more: directory(files), small: smallTree() });
}

/** {@link smallTree} as an image whose metadata is stored uncompressed. */
export function smallImage(): Promise<Uint8Array> {
  return writeImage(smallTree(), { compressor: storingCompressor, blockSize: 4096, padding: 1, tailPacking: 'always' });
}

/** What a hostile image may ask for in tests. */
const LIMITS: ImageLimits = { depth: 16, entries: 200, listingLength: 65_536 };

/** How much of one file is read: a few bytes of image can claim any number of zeros. */
const MAXIMUM_READ = 1_048_576;

/** Opens an image, walks all of it and reads everything in it; answers the errors that it met, one for each thing that failed. */
export async function explore(
  source: Uint8Array | ByteSource,
  decompressors: Decompressors = nodeDecompressors,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  const attempt = async <Result>(action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  const opened = source instanceof Uint8Array ? bufferSource(source) : source;
  const files = await attempt(() => openSquashfs(opened, { decompressors, limits: LIMITS }));
  if (files === undefined) return errors;
  const entries: FileEntry[] = [];
  await attempt(async () => {
    for await (const entry of files.walk()) entries.push(entry);
  });
  for (const entry of entries) {
    await attempt(() => files.readXattrs(entry));
    await attempt(() => files.stat(entry.path));
    if (entry.stat.type === 'symlink') await attempt(() => files.readLink(entry));
    if (entry.stat.type === 'file') await attempt(() => readStart(files, entry));
  }
  return errors;
}

/** Errors that nobody may see: everything but an {@link AppImageError}. */
export function strangers(errors: readonly unknown[]): unknown[] {
  return errors.filter((error) => !isAppImageError(error));
}

/** A source whose read number `fault`, counted from 1, fails with `error`. */
export function faultySource(source: ByteSource, fault: number, error: Error): ByteSource & { readonly reads: number } {
  let reads = 0;
  return {
    size: source.size,
    get reads() {
      return reads;
    },
    async read(offset, length, options) {
      reads += 1;
      if (reads === fault) throw error;
      return source.read(offset, length, options);
    },
  };
}

/** Node's decompressors, told to fail at call number `fault`. */
export function faultyDecompressors(fault: number): Decompressors {
  let calls = 0;
  const decompressor = nodeDecompressors.zstd as Decompressor;
  const decompress: Decompressor['decompress'] = async (data, maximumLength) => {
    calls += 1;
    if (calls === fault) throw new AppImageError('malformed', `fault ${fault}`);
    return decompressor.decompress(data, maximumLength);
  };
  return { zstd: { name: 'zstd', decompress } };
}

async function readStart(files: ReadonlyFileSystem, entry: FileEntry): Promise<void> {
  let length = 0;
  for await (const piece of files.readFile(entry)) {
    length += piece.length;
    if (length > MAXIMUM_READ) return;
  }
}
