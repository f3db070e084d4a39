import { execFileSync } from 'node:child_process';
import { type CompressionName, portableDecompressors } from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import type { Target } from '../target.ts';

/** Text with some of a program's repetition in it. */
const CONTENT = Uint8Array.from({ length: 6000 }, (_, index) => 97 + (((index * index) >> (index % 7)) % 26));

/** Blocks that a program of the host has compressed; none where it is missing. */
function compressedBy(program: string, ...args: string[]): Uint8Array[] {
  try {
    return [new Uint8Array(execFileSync(program, args, { input: CONTENT, stdio: ['pipe', 'pipe', 'ignore'] }))];
  } catch {
    return [];
  }
}

function blocks(name: CompressionName, seeds: () => Promise<Uint8Array[]>): Target {
  return {
    seeds: async () => [...(await seeds()), Uint8Array.from({ length: 64 }, (_, index) => index)],
    read: async (input) => {
      const content = await portableDecompressors[name].decompress(input, 8192);
      if (content.length > 8192) throw new RangeError(`decompressed ${content.length} bytes`);
    },
  };
}

/** Blocks of every compression, given to the portable decompressors. */
export const blockTargets: Readonly<Record<string, Target>> = {
  'gzip-block': blocks('gzip', async () => [await nodeCompressor('gzip').compress(CONTENT)]),
  'zstd-block': blocks('zstd', async () => [await nodeCompressor('zstd').compress(CONTENT)]),
  'xz-block': blocks('xz', async () => [
    ...compressedBy('xz', '--check=crc32', '-c'),
    ...compressedBy('xz', '--check=crc32', '--x86', '--lzma2=dict=8KiB', '-c'),
    ...compressedBy('xz', '--check=crc32', '--arm', '--lzma2=dict=8KiB', '-c'),
  ]),
  'lzma-block': blocks('lzma', async () => compressedBy('xz', '--format=lzma', '-c')),
  'lz4-block': blocks('lz4', async () => lz4Blocks()),
  'lzo-block': blocks('lzo', async () => []),
};

/** A frame of `lz4` has a header of 7 bytes and the block's length before the block. */
function lz4Blocks(): Uint8Array[] {
  return compressedBy('lz4', '-c', '--no-frame-crc').map((frame) => frame.subarray(11, -4));
}
