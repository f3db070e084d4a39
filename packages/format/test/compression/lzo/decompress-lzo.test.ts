import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressLzo } from '../../../src/compression/lzo/decompress-lzo.ts';
import { noise, prose } from '../../support/trees.ts';
import { attempt, malformed } from '../attempt.ts';
import { compressible } from '../compressible.ts';
import { machineCode } from '../machine-code.ts';
import { packLzo, unpackLzo } from '../packed-blocks.ts';

describeWith(['lzop'], 'what lzop has compressed', () => {
  test.each([['-1'], ['-3'], ['-7'], ['-8'], ['-9']])('with %s is decompressed', (level) => {
    const far = new Uint8Array(Buffer.concat([noise(60_000), noise(60_000).subarray(20_000), prose(60_000)]));
    const contents = [
      machineCode('x86', 200_000),
      prose(100_000),
      new Uint8Array(200_000),
      compressible(200_000, 4),
      far,
    ];
    for (const content of contents) {
      const packed = packLzo(content, level) as Uint8Array;
      expect(Buffer.compare(decompressLzo(packed, content.length), content)).toBe(0);
      expect(Buffer.compare(decompressLzo(packed, content.length * 3), content)).toBe(0);
      expect(() => decompressLzo(packed, content.length - 1)).toThrow(malformed);
    }
  });

  test('is accepted after a change where lzop accepts it, with the same result, and nowhere else', () => {
    const content = compressible(600, 6);
    const original = packLzo(content, '-9') as Uint8Array;
    expect(unpackLzo(original, content.length)).toEqual(content);
    const accepted = original.filter((byte, at) => {
      const changed = original.with(at, byte ^ (1 << (at % 8)));
      const found = attempt(() => decompressLzo(changed, content.length));
      const same = found?.length === content.length ? found : undefined; // lzop knows how long it must be
      expect(same, `byte ${at}`).toEqual(unpackLzo(changed, content.length));
      return same !== undefined;
    });
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThan(original.length);
  });

  test('is decompressed, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.nat(5000),
        fc.constantFrom(1, 3, 7, 9),
        (seed, length, level) => {
          const content = compressible(10 + length, seed);
          const packed = packLzo(content, `-${level}`);
          if (packed === undefined) return;
          expect(Buffer.compare(decompressLzo(packed, content.length), content)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const END = [0x11, 0, 0];

/** A first run of literals, as a first byte above 17 says. */
const literals = (text: string): number[] => [17 + text.length, ...new TextEncoder().encode(text)];

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Each instruction of the format; those with low numbers mean another thing after 0, after 1 to 3, and after more literals. */
describe('a block made by hand', () => {
  const long = 'x'.repeat(238);
  test.each([
    ['nothing', END, ''],
    ['one literal at first', [...literals('a'), ...END], 'a'],
    ['four literals at first', [...literals('abcd'), ...END], 'abcd'],
    ['238 literals at first', [...literals(long), ...END], long],
    ['a run of 4 literals', [0x01, 97, 98, 99, 100, ...END], 'abcd'],
    ['a run of 18 literals', [0x0f, ...new TextEncoder().encode('abcdefghijklmnopqr'), ...END], 'abcdefghijklmnopqr'],
    [
      'a run of 20 literals',
      [0x00, 2, ...new TextEncoder().encode('abcdefghijklmnopqrst'), ...END],
      'abcdefghijklmnopqrst',
    ],
    ['a run of 274 literals', [0x00, 0, 1, ...new Uint8Array(274).fill(65), ...END], 'A'.repeat(274)],
    ['a match of 2 after three literals', [...literals('abc'), 1 << 2, 0, ...END], 'abcbc'],
    [
      'a match of 3 and 4 bytes, near',
      [...literals('abcdef'), 0x40 | (5 << 2), 0, 0x60 | (2 << 2), 0, ...END],
      'abcdefabcabca',
    ],
    [
      'a match of 5 to 8 bytes, near',
      [...literals('abcdefgh'), 0x80 | (7 << 2), 0, 0xe0, 0, ...END],
      'abcdefghabcdeeeeeeeee',
    ],
    [
      'a match of 33 bytes, within 16 KiB',
      [...literals('abcd'), 0x3f, 3 << 2, 0, ...END],
      'abcd'.repeat(10).slice(0, 37),
    ],
    ['a match of 34 bytes and more', [...literals('abcd'), 0x20, 1, 3 << 2, 0, ...END], 'abcd'.repeat(10).slice(0, 38)],
    ['a literal after a match', [...literals('abcd'), 0x40 | (3 << 2) | 1, 0, 120, ...END], 'abcdabcx'],
    [
      'three literals after a match',
      [...literals('abcd'), 0x22, (3 << 2) | 3, 0, 120, 121, 122, ...END],
      'abcdabcdxyz',
    ],
  ])('of %s is decompressed', (_, packed, content) => {
    expect(text(decompressLzo(Uint8Array.from(packed), content.length))).toBe(content);
  });

  const far = noise(50_000);
  const run = (content: Uint8Array): number[] => {
    const beyond = content.length - 18;
    return [0, ...new Uint8Array(Math.ceil(beyond / 255) - 1), ((beyond - 1) % 255) + 1, ...content];
  };

  test.each([
    ['3 bytes from 2049 back, after many literals', [0x00, 0], 2049, 3],
    ['3 bytes from 3072 back, after many literals', [0x0c, 255], 3072, 3],
    ['4 bytes from 2048 back', [0x60 | (7 << 2), 255], 2048, 4],
    ['3 bytes from 16384 back', [0x21, 0xfc, 0xff], 16_384, 3],
    ['3 bytes from 16385 back', [0x11, 0x04, 0x00], 16_385, 3],
    ['9 bytes from 49151 back', [0x1f, 0xfc, 0xff], 49_151, 9],
    ['10 bytes from 32769 back', [0x18, 1, 0x04, 0x00], 32_769, 10],
  ])('with a match of %s is decompressed', (_, instruction, distance, length) => {
    const packed = Uint8Array.from([...run(far), ...instruction, ...END]);
    const content = Buffer.concat([far, far.subarray(far.length - distance, far.length - distance + length)]);
    expect(Buffer.compare(decompressLzo(packed, content.length), content)).toBe(0);
  });

  test.each([
    ['no bytes', [], 'found that it is cut off'],
    ['no end marker', literals('abcd'), 'found that it is cut off'],
    ['half of an end marker', [...literals('abcd'), 0x11, 0], 'found that it is cut off'],
    ['fewer literals than it says', [17 + 5, 1, 2], 'found that it is cut off'],
    ['a length that never ends', [0x00, 0, 0, 0], 'found that it is cut off'],
    ['bytes after its end marker', [...literals('abcd'), ...END, 0], 'found 1 bytes more'],
    [
      'a match before its start',
      [...literals('abcd'), 0x40 | (4 << 2), 0, ...END],
      'a match must begin 1 to 4 bytes back, found 5',
    ],
    ['a match and no literals', [0x11, 4, 0, ...END], 'a match must begin 1 to 0 bytes back, found 16385'],
    [
      'more literals than may be',
      [...literals('a'.repeat(101)), ...END],
      'content must have at most 100 bytes, found more',
    ],
    [
      'a longer match than may be',
      [...literals('abcd'), 0x20, 66, 0, 0, ...END],
      'content must have at most 100 bytes, found more',
    ],
  ])('of %s is malformed', (_, packed, message) => {
    expect(() => decompressLzo(Uint8Array.from(packed), 100)).toThrow(malformed);
    expect(() => decompressLzo(Uint8Array.from(packed), 100)).toThrow(message);
  });
});
