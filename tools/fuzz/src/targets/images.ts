import {
  bufferSource,
  type Compressor,
  describeAppImage,
  type InputDirectory,
  memorySink,
  openAppImage,
  openSquashfs,
  writeIso9660,
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

/** Whole AppImages of type 1 and 2, and the bare file systems: recognized, described and read. */
export const image: Target = {
  seeds: async () => {
    const payload = await squashfsOf(smallTree());
    const { length } = RUNTIME;
    const type2 = new Uint8Array(length + payload.length);
    type2.set(RUNTIME);
    type2.set(payload, length);
    const sink = memorySink();
    await writeIso9660({ root: smallTree(), sink, systemArea: RUNTIME.with(10, 1) });
    return [type2, type2, payload, sink.bytes.slice()];
  },
  read: async (input) => {
    await using opened = await openAppImage(input, { decompressors: nodeDecompressors, limits: LIMITS });
    await describeAppImage(opened);
    await explore(opened.files);
  },
};

/** An ELF header that says 64 bytes are all, with the magic of type 2. */
const RUNTIME = Uint8Array.from(
  Buffer.from(
    '7f454c4602010100414902000000000003003e0001000000001000000000000000000000000000000000000000000000000000004000380000004000000000' +
      '00',
    'hex',
  ),
);
