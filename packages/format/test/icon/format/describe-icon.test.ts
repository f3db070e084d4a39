import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeIcon } from '../../../src/icon/format/describe-icon.ts';
import { png, SVG, XPM } from '../../support/icons.ts';
import { xml } from '../../support/xml.ts';

/** Bytes as a list of numbers and ASCII texts. */
function bytes(...parts: readonly (number | string)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? part : [...Buffer.from(part, 'latin1')])));
}

/** A PNG with one byte changed. */
function damagedPng(offset: number): Uint8Array {
  const icon = png(4, 4);
  icon[offset] = (icon[offset] as number) ^ 1;
  return icon;
}

const padding = (length: number) => Array.from({ length }, () => 0);
const ico = (...sizes: readonly number[]) =>
  bytes(
    0,
    0,
    1,
    0,
    sizes.length,
    0,
    ...sizes.flatMap((size) => [size, size, 0, 0, 1, 0, 32, 0, 9, 0, 0, 0, 200, 0, 0, 0]),
  );
const jpeg = (...segments: readonly number[]) => bytes(0xff, 0xd8, ...segments);
const FRAME_HEADER = [0xff, 0xc2, 0, 11, 8, 0, 30, 0, 40, 1, 1, 0x11, 0];
const webp = (chunk: string, ...content: readonly number[]) =>
  bytes('RIFF', 0, 0, 0, 0, 'WEBP', chunk, 0, 0, 0, 0, ...content, ...padding(10));

describe('an icon', () => {
  test.each([
    ['a PNG', png(512, 256), { format: 'png', width: 512, height: 256 }],
    ['a GIF', bytes('GIF89a', 16, 0, 0, 1, 0, 0, 0), { format: 'gif', width: 16, height: 256 }],
    ['a GIF that is cut off', bytes('GIF87a', 16), { format: 'gif', width: null, height: null }],
    ['a Windows icon', ico(16, 48, 32), { format: 'ico', width: 48, height: 48 }],
    ['a large Windows icon', ico(16, 0, 48), { format: 'ico', width: 256, height: 256 }],
    ['a JPEG', jpeg(...FRAME_HEADER), { format: 'jpeg', width: 40, height: 30 }],
    [
      'a JPEG with metadata and tables',
      jpeg(0xff, 0xe1, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 3, 9, ...FRAME_HEADER),
      { format: 'jpeg', width: 40, height: 30 },
    ],
    [
      'a JPEG that is cut off',
      jpeg(0xff, 0xe1, 0x10, 0, 1, 2, 3, 4, 5, 6),
      { format: 'jpeg', width: null, height: null },
    ],
    [
      'a JPEG with a wrong length',
      jpeg(0xff, 0xe1, 0, 1, ...FRAME_HEADER),
      { format: 'jpeg', width: null, height: null },
    ],
    ['a JPEG with a gap', jpeg(0xff, 0xe1, 0, 2, 0, ...FRAME_HEADER), { format: 'jpeg', width: null, height: null }],
    [
      'a lossy WebP',
      webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 0x40, 0x40, 0x20, 0x80),
      { format: 'webp', width: 64, height: 32 },
    ],
    ['a lossless WebP', webp('VP8L', 0x2f, 0x3f, 0xc0, 0x07, 0), { format: 'webp', width: 64, height: 32 }],
    [
      'an extended WebP',
      webp('VP8X', 0, 0, 0, 0, 0x3f, 0, 0, 0x1f, 0, 1),
      { format: 'webp', width: 64, height: 65_568 },
    ],
    ['a WebP of the future', webp('VP9X', ...padding(10)), { format: 'webp', width: null, height: null }],
    ['an XPM 3', xml(XPM), { format: 'xpm', width: 16, height: 8 }],
    [
      'an XPM 3 with comments and a hotspot',
      xml('\n/*XPM*/\n/* "1 1 1 1" */ static const char *a[]={/**/ "  48\t24 3 2 0 0 XPMEXT",\n'),
      { format: 'xpm', width: 48, height: 24 },
    ],
    ['an XPM 3 without values', xml('/* XPM */'), { format: 'xpm', width: null, height: null }],
    ['an XPM 3 with a comment that is cut off', xml('/* XPM */ /* "1 1'), { format: 'xpm', width: null, height: null }],
    ['an XPM 3 that is empty', xml('/* XPM */ char *a[] = {"0 8 1 1"'), { format: 'xpm', width: null, height: 8 }],
    ['an XPM 2', xml('! XPM2\n! a note\n16 8 2 1\n. c black\n'), { format: 'xpm', width: 16, height: 8 }],
    [
      'an XPM 1',
      xml('/* old */\n#define a_b_format 1\n#define a_b_width 16\n#define a_b_height 8\n#define a_b_ncolors 2\n'),
      { format: 'xpm', width: 16, height: 8 },
    ],
    ['an SVG', xml(SVG), { format: 'svg', width: 64, height: 32 }],
    ['a compressed SVG', gzipSync(SVG), { format: 'svgz', width: 64, height: 32 }],
  ])('that is %s is described', async (_, icon, expected) => {
    expect(await describeIcon(icon)).toEqual(expected);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a text', xml('#define a_width 16\n')],
    ['a bitmap of X', xml('#define a_width 16\n#define a_height 16\nstatic char a_bits[] = {0};')],
    ['a page with a picture', xml('<html><body><svg width="1" height="1"/></body></html>')],
    ['a longer word', xml('<svgfoo/>')],
    ['SVG in a comment', xml('<!-- <svg width="1" height="1"/> --><html/>')],
    ['a PNG that is cut off', png(1, 1).subarray(0, 32)],
    ['a PNG of no width', png(0, 4)],
    ['a PNG of no height', png(4, 0)],
    ['a PNG that is too large', png(0x8000_0000, 4)],
    ['a PNG with a damaged width', damagedPng(19)],
    ['a PNG with a damaged checksum', damagedPng(32)],
    ['a PNG with another first chunk', damagedPng(12)],
    ['a PNG with a header of another length', damagedPng(11)],
    ['a Windows cursor', bytes(0, 0, 2, 0, 1, 0, ...padding(16))],
    ['zeros that look like a Windows icon', bytes(0, 0, 1, 0, ...padding(30))],
    ['a Windows icon that is cut off', ico(16).subarray(0, 20)],
    ['a compressed text', gzipSync('text')],
    ['a compressed nothing', gzipSync('')],
    ['the start of a compressed file', gzipSync(SVG).subarray(0, 12)],
    ['an old GIF', bytes('GIF86a', 1, 0, 1, 0)],
    ['a sound', bytes('RIFF', 0, 0, 0, 0, 'WAVE', ...padding(20))],
  ])('is not %s', async (_, icon) => {
    expect(await describeIcon(icon)).toBeUndefined();
  });

  test('that is cut off anywhere is described, or none', async () => {
    for (const icon of [
      png(8, 8),
      ico(8, 9),
      jpeg(...FRAME_HEADER),
      xml(SVG),
      xml(XPM),
      gzipSync(SVG),
      webp('VP8L', 0x2f, 1, 2, 3, 4),
    ]) {
      for (let length = 0; length <= icon.length; length++) {
        const { width = null, height = null } = (await describeIcon(icon.subarray(0, length))) ?? {};
        expect([width, height].every((size) => size === null || size > 0)).toBe(true);
      }
    }
  });

  test('of any bytes is described, or none', async () => {
    const starts = fc.constantFrom(
      '',
      '<svg ',
      '<svg width="',
      '/* XPM */ "',
      '! XPM2\n',
      '#define a_format 1\n#define a_width ',
      '\x89PNG\r\n\x1a\n',
      '\xff\xd8\xff',
      'GIF89a',
      'RIFF\0\0\0\0WEBPVP8X',
      '\0\0\x01\0',
      '\x1f\x8b\x08\0',
      '\xfe\xff\0<',
      '<?xml version="1.0" encoding="',
    );
    await fc.assert(
      fc.asyncProperty(starts, fc.uint8Array({ maxLength: 80 }), async (start, rest) => {
        const { width = null, height = null } =
          (await describeIcon(Buffer.concat([Buffer.from(start, 'latin1'), rest]))) ?? {};
        expect([width, height].every((size) => size === null || (size > 0 && Number.isFinite(size)))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a compressed SVG', () => {
  /** Many comments that do not compress well, after the first tag. */
  const long = `${SVG}${Array.from({ length: 5_000 }, (_, index) => `<!-- ${Math.sin(index)} -->`).join('')}`;

  test('is described by its beginning', async () => {
    const icon = gzipSync(long);
    expect(icon.length).toBeGreaterThan(32_768);
    const expected = { format: 'svgz', width: 64, height: 32 };
    expect(await describeIcon(icon.subarray(0, 16_384))).toEqual(expected);
    expect(await describeIcon(icon.subarray(0, 400))).toEqual(expected);
    expect(await describeIcon(Uint8Array.from([...icon.subarray(0, 16_384), 1, 2, 3]))).toEqual(expected);
  });

  test('may be followed by something else', async () => {
    expect(await describeIcon(Buffer.concat([gzipSync(SVG), Buffer.alloc(8192, 7)]))).toMatchObject({ width: 64 });
  });

  test('is not decompressed beyond its beginning', async () => {
    const blank = Buffer.alloc(64 * 1_048_576, ' ');
    expect(await describeIcon(gzipSync(Buffer.concat([Buffer.from(SVG.replace('/>', '>')), blank])))).toMatchObject({
      width: 64,
    });
    expect(await describeIcon(gzipSync(Buffer.concat([blank, Buffer.from(SVG)])))).toBeUndefined();
  });
});
