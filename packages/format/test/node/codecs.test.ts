import { availableParallelism } from 'node:os';
import { deflateSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decompressor } from '../../src/compression/codec.ts';
import { COMPRESSION_LEVELS, nodeCompressor, nodeDecompressors } from '../../src/node/codecs.ts';
import { noise, prose } from '../support/trees.ts';

const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });

describe.each(['gzip', 'zstd', 'xz'] as const)('%s', (name) => {
  const decompressor = nodeDecompressors[name] as Decompressor;
  const { minimum, maximum, default: usual } = COMPRESSION_LEVELS[name];

  test.each([1, 2, 63, 64, 65, 8192, 131_072, 1_048_576])('brings %d bytes back', async (length) => {
    for (const content of [noise(length), prose(length), new Uint8Array(length)]) {
      const packed = await nodeCompressor(name).compress(content);
      expect(Buffer.compare(await decompressor.decompress(packed, length), content)).toBe(0);
    }
  });

  test.each([minimum, usual, maximum])('at level %d brings content back', async (level) => {
    const compressor = nodeCompressor(name, level);
    expect(compressor).toMatchObject({ name, level });
    const packed = await compressor.compress(prose(50_000));
    expect(packed.length).toBeLessThan(5000);
    expect(Buffer.compare(await decompressor.decompress(packed, 50_000), prose(50_000))).toBe(0);
  });

  test.each([minimum - 1, maximum + 1, 1.5, Number.NaN])('has no level %d', (level) => {
    expect(() => nodeCompressor(name, level)).toThrow(RangeError);
  });

  test('compresses at the usual level where none is named', () => {
    expect(nodeCompressor(name).level).toBe(usual);
    expect(nodeCompressor(name).concurrency).toBeLessThanOrEqual(2 * availableParallelism());
  });

  test('refuses more than it may return, however small the block is', async () => {
    const packed = await nodeCompressor(name).compress(new Uint8Array(1_000_000));
    expect(packed.length).toBeLessThan(2000);
    await expect(decompressor.decompress(packed, 999_999)).rejects.toThrow(malformed);
    await expect(decompressor.decompress(packed, 1)).rejects.toThrow(malformed);
  });

  test('refuses a block that was cut off anywhere', async () => {
    const packed = await nodeCompressor(name).compress(prose(300));
    for (let length = 0; length < packed.length; length++) {
      await expect(decompressor.decompress(packed.subarray(0, length), 300), `${length} bytes`).rejects.toThrow(
        malformed,
      );
    }
  });

  test('answers any bytes with content within the limit or with malformed', async () => {
    const start = await nodeCompressor(name).compress(prose(100));
    const anyBytes = fc.tuple(fc.nat({ max: 12 }), fc.uint8Array({ maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(anyBytes, async ([kept, bytes]) => {
        const data = Buffer.concat([start.subarray(0, kept), bytes]);
        const result = await decompressor.decompress(data, 500).catch((error: unknown) => error);
        if (result instanceof Uint8Array) expect(result.length).toBeLessThanOrEqual(500);
        else expect(result).toEqual(malformed);
      }),
      { numRuns: 300 },
    );
  });
});

test('each codec refuses the blocks of the other', async () => {
  await expect(nodeDecompressors.gzip?.decompress(zstdCompressSync(prose(100)), 100)).rejects.toThrow(malformed);
  await expect(nodeDecompressors.zstd?.decompress(deflateSync(prose(100)), 100)).rejects.toThrow(malformed);
});

test('a zstd frame that asks for 128 MiB of memory is refused', async () => {
  const frame = (windowLog: number) =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3, 0x09, 0x00, 0x00, 0x61);
  const decompressor = nodeDecompressors.zstd as Decompressor;
  await expect(decompressor.decompress(frame(20), 8192)).resolves.toEqual(Uint8Array.of(0x61));
  await expect(decompressor.decompress(frame(27), 8192)).rejects.toThrow(malformed);
});
