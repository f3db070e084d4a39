import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadZstd } from '../../../src/compression/zstd/load-zstd.ts';
import { noise, prose } from '../../support/trees.ts';
import { malformed } from '../attempt.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';
import { packZstd } from '../packed-blocks.ts';

describeWith(['zstd'], 'what zstd has compressed', () => {
  test.each([
    '-1',
    '-19',
    '--ultra -22 --zstd=wlog=20,hlog=18,clog=19',
    '--fast=5',
    '--no-check',
    '--long=27',
    '--no-content-size',
  ])('with %s is decompressed', async (options) => {
    const decompress = await loadZstd();
    for (const content of [machineCode('x86', 200_000), prose(50_000), noise(50_000), new Uint8Array(500_000)]) {
      const packed = packZstd(content, ...options.split(' '));
      expect(Buffer.compare(decompress(packed, content.length), content)).toBe(0);
      expect(Buffer.compare(decompress(packed, content.length * 3), content)).toBe(0);
      expect(() => decompress(packed, content.length - 1)).toThrow(malformed);
    }
  });

  test('is decompressed, whatever it was', async () => {
    const decompress = await loadZstd();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(20_000), (seed, length) => {
        const content = compressible(1 + length, seed);
        expect(Buffer.compare(decompress(packZstd(content), content.length), content)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('is decompressed when it is several frames', async () => {
    const frames = Buffer.concat([packZstd(prose(1000)), packZstd(prose(500))]);
    expect(Buffer.compare((await loadZstd())(frames, 1500), Buffer.concat([prose(1000), prose(500)]))).toBe(0);
  });

  test('is refused when its checksum does not hold', async () => {
    const packed = packZstd(prose(1000), '--check');
    const last = packed.length - 1;
    const changed = packed.with(last, (packed[last] as number) ^ 1);
    const decompress = await loadZstd();
    expect(decompress(packed, 1000)).toHaveLength(1000);
    expect(() => decompress(changed, 1000)).toThrow(malformed);
  });

  test('is refused when it has no content, as that can not be told from an error', async () => {
    const packed = packZstd(new Uint8Array(0));
    for (const maximum of [0, 1, 100]) expect((await loadZstd()).bind(undefined, packed, maximum)).toThrow(malformed);
  });
});

test('a frame that asks for a window of 1 GiB takes no more memory than its content', async () => {
  const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (30 - 10) << 3, 0x09, 0x00, 0x00, 0x61);
  const decompress = await loadZstd();
  const before = process.memoryUsage().arrayBuffers;
  for (let time = 0; time < 10; time++) expect(decompress(frame, 8192)).toEqual(Uint8Array.of(0x61));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
});
