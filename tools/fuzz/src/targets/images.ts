import {
  bufferSource,
  type Compressor,
  describeAppImage,
  type InputDirectory,
  memorySink,
  openAppImage,
  openSquashfs,
  writeSquashfs,
} from '@appimage-js/format';
import { nodeCompressor, nodeDecompressors } from '@appimage-js/format/node';
import type { Target } from '../target.ts';
import { explore, LIMITS } from './explore.ts';
import { smallTree } from './trees.ts';

/** Makes nothing smaller, so that damage reaches the structures and not only the decompressor. */
const storingCompressor: Compressor = { name: 'zstd', level: 15, concurrency: 2, compress: async (data) => data };

/** A SquashFS image of a tree. */
export async function squashfsOf(
  root: InputDirectory,
  compressor: Compressor = storingCompressor,
): Promise<Uint8Array> {
  const sink = memorySink();
  await writeSquashfs({ root, sink, compressor, blockSize: 4096, padding: 1, tailPacking: 'always' });
  return sink.bytes.slice();
}

/** SquashFS images, most of them with their structures uncompressed. */
export const squashfs: Target = {
  seeds: async () => [
    await squashfsOf(smallTree()),
    await squashfsOf(smallTree()),
    await squashfsOf(smallTree(), nodeCompressor('gzip')),
    await squashfsOf(smallTree(), nodeCompressor('zstd')),
  ],
  read: async (input) =>
    explore(await openSquashfs(bufferSource(input), { decompressors: nodeDecompressors, limits: LIMITS })),
};

/** Opens whatever it is, describes it and reads all of it. */
export async function readImage(input: Uint8Array): Promise<void> {
  const image = await openAppImage(bufferSource(input), { decompressors: nodeDecompressors, limits: LIMITS });
  await describeAppImage(image);
  await explore(image.files);
}
