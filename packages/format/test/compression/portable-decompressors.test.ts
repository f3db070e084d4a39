import { deflateSync } from 'node:zlib';
import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompressionName } from '../../src/compression/codec.ts';
import { loadDecompressBlock } from '../../src/compression/load-decompress-block.ts';
import { portableDecompressors } from '../../src/compression/portable-decompressors.ts';
import { noise, prose } from '../support/trees.ts';
import { attempt, malformed } from './attempt.ts';
import { compressible } from './compressible.ts';
import { packLz4, packLzma, packLzo, packXz, packZstd } from './packed-blocks.ts';

/** How each method's blocks are made, and by which program. */
const PACKERS: Readonly<
  Record<CompressionName, { readonly oracle?: string; readonly pack: (content: Uint8Array) => Uint8Array | undefined }>
> = {
  gzip: { pack: (content) => deflateSync(content) },
  lzma: { oracle: 'xz', pack: (content) => packLzma(content) },
  lzo: { oracle: 'lzop', pack: (content) => packLzo(content, '-9') },
  xz: { oracle: 'xz', pack: (content) => packXz(content, '--check=crc32', '--x86', '--lzma2=preset=6,dict=1MiB') },
  lz4: { oracle: 'lz4', pack: (content) => packLz4(content, '-9') },
  zstd: { oracle: 'zstd', pack: (content) => packZstd(content, '-19') },
};

const NAMES = Object.keys(PACKERS) as CompressionName[];

test('there is one for every method', () => {
  expect(Object.entries(portableDecompressors).map(([key, { name }]) => [key, name])).toEqual(
    NAMES.map((name) => [name, name]),
  );
});

for (const name of NAMES) {
  const { oracle, pack } = PACKERS[name];
  const decompressor = portableDecompressors[name];
  const packed = (content: Uint8Array): Uint8Array => {
    const block = pack(content);
    if (block === undefined) throw new RangeError('The content was stored as it is');
    return block;
  };

  describeWith(oracle === undefined ? [] : [oracle], name, () => {
    test.each([64, 1000, 8192, 131_072, 250_000])('brings %d bytes back', async (length) => {
      for (const content of [compressible(length, length), prose(length), new Uint8Array(length)]) {
        const block = packed(content);
        expect(Buffer.compare(await decompressor.decompress(block, length), content)).toBe(0);
        expect(Buffer.compare(await decompressor.decompress(block, 2 * length), content)).toBe(0);
      }
    });

    test('serves many calls at a time', async () => {
      const contents = Array.from({ length: 20 }, (_, seed) => compressible(5000, seed + 1));
      const results = await Promise.all(contents.map((content) => decompressor.decompress(packed(content), 5000)));
      expect(results).toEqual(contents);
    });

    test('does not touch the block, wherever that lies', async () => {
      const content = compressible(5000, 1);
      const block = packed(content);
      const around = new Uint8Array(Buffer.concat([noise(7), block, noise(9)]));
      const before = around.slice();
      const result = await decompressor.decompress(around.subarray(7, 7 + block.length), 5000);
      expect(Buffer.compare(result, content)).toBe(0);
      expect(around).toEqual(before);
    });

    test('does not keep more memory for a short content than it needs', async () => {
      const result = await decompressor.decompress(packed(prose(1000)), 1_048_576);
      expect(result).toHaveLength(1000);
      expect(result.buffer.byteLength).toBeLessThan(3000);
    });

    test('refuses more than it may return, however small the block is', async () => {
      const block = packed(new Uint8Array(200_000));
      expect(block.length).toBeLessThan(2000);
      for (const maximum of [199_999, 100_000, 1, 0]) {
        await expect(decompressor.decompress(block, maximum), `${maximum} bytes`).rejects.toThrow(malformed);
      }
    });

    test('refuses a block that was cut off anywhere', async () => {
      const decompress = await loadDecompressBlock(name);
      const content = compressible(2000, 3);
      const block = packed(content);
      for (let length = 0; length < block.length; length++) {
        const found = attempt(() => decompress(block.subarray(0, length), content.length));
        if (found === undefined) continue;
        // Only LZ4 has no end of its own: a part of it may be a block of its own, of a part of the content.
        expect(name).toBe('lz4');
        expect(found.length).toBeLessThan(content.length);
        expect(found).toEqual(content.subarray(0, found.length));
      }
    });

    test('answers a block that was changed in any byte with no more than it may, or with malformed', async () => {
      const decompress = await loadDecompressBlock(name);
      const content = compressible(1500, 4);
      const block = packed(content);
      for (let at = 0; at < block.length; at++) {
        for (const byte of [0x00, 0xff, (block[at] as number) ^ 0x01, (block[at] as number) ^ 0x80]) {
          if (byte === block[at]) continue;
          const found = attempt(() => decompress(block.with(at, byte), content.length));
          if (found === undefined) continue;
          expect(found.length).toBeLessThanOrEqual(content.length);
          // These have a checksum, and some bits do not matter.
          if (name === 'xz' || name === 'gzip') expect(found, `byte ${at} as ${byte}`).toEqual(content);
        }
      }
    });

    test('answers any bytes with no more than it may, or with malformed', async () => {
      const decompress = await loadDecompressBlock(name);
      const start = packed(compressible(400, 5));
      const anyBytes = fc.tuple(fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 80 }), fc.nat({ max: 3000 }));
      fc.assert(
        fc.property(anyBytes, ([kept, bytes, maximum]) => {
          const found = attempt(() => decompress(Buffer.concat([start.subarray(0, kept), bytes]), maximum));
          expect(found?.length ?? 0).toBeLessThanOrEqual(maximum);
        }),
        { numRuns: 2000 },
      );
    });
  });
}
