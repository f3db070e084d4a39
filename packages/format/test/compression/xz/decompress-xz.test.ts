import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decompressXz } from '../../../src/compression/xz/decompress-xz.ts';
import { noise, prose } from '../../support/trees.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';
import { packXz, pipe } from '../packed-blocks.ts';

const OPTIONS: readonly (readonly string[])[] = [
  ['-0'],
  ['-6'],
  ['-9', '--extreme'],
  ['--check=none'],
  ['--check=crc32'],
  ['--check=crc64'],
  ['--lzma2=dict=4KiB'],
  ['--lzma2=preset=1,dict=1536MiB,mf=hc3'],
  ['--lzma2=lc=0,lp=0,pb=0'],
  ['--lzma2=lc=4,lp=0,pb=4'],
  ['--lzma2=lc=0,lp=4,pb=2'],
  ['--lzma2=lc=2,lp=2,pb=1'],
  ['--lzma2=mode=fast,nice=2,mf=hc4'],
  ['--block-size=4096'],
  ['--block-size=100001', '--x86', '--lzma2'],
];

/** Contents of every sort: a program, a text, what can not be compressed, what is all the same, and all of that in turns. */
const CONTENTS: Readonly<Record<string, Uint8Array>> = {
  program: machineCode('x86', 100_000),
  text: prose(100_000),
  noise: noise(70_000),
  zeros: new Uint8Array(500_000),
  mixture: compressible(200_000, 7),
  'one byte': Uint8Array.of(65),
};

describeWith(['xz'], 'what xz has compressed', () => {
  test.each(OPTIONS.map((options) => [options.join(' '), options] as const))(
    'with %s is decompressed',
    (_, options) => {
      for (const [name, content] of Object.entries(CONTENTS)) {
        const packed = packXz(content, ...options);
        const result = decompressXz(packed, content.length);
        expect(Buffer.compare(result, content), name).toBe(0);
      }
    },
  );

  test('with sizes in the headers of its blocks is decompressed', () => {
    const content = compressible(200_000, 3);
    const packed = pipe('xz', ['--threads=2', '--block-size=65536', '--stdout'], content);
    expect(packed[13]).toBe(0xc0);
    expect(Buffer.compare(decompressXz(packed, content.length), content)).toBe(0);
  });

  test('is decompressed, whatever it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(20_000), fc.nat(9), (seed, length, level) => {
        const content = compressible(length, seed);
        expect(Buffer.compare(decompressXz(packXz(content, `-${level}`), length), content)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('is refused when it has more content than it may', () => {
    const packed = packXz(new Uint8Array(10_000_000));
    expect(packed.length).toBeLessThan(2000);
    expect(() => decompressXz(packed, 9_999_999)).toThrow('content must have at most 9999999 bytes, found more');
    expect(decompressXz(packed, 20_000_000)).toHaveLength(10_000_000);
  });

  test('is refused when its content has changed, though it can be decompressed', () => {
    for (const check of ['crc32', 'crc64']) {
      const packed = packXz(noise(1000), `--check=${check}`);
      const at = Buffer.from(packed).indexOf(noise(1000).subarray(500, 520));
      expect(at).toBeGreaterThan(0);
      packed[at] = (packed[at] as number) ^ 1;
      expect(() => decompressXz(packed, 1000)).toThrow('CRC of the content must be');
    }
  });
});
