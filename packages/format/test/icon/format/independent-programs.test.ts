/*
 * Pictures that other programs have made, and the sizes that other programs find.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { describeIcon } from '../../../src/icon/format/describe-icon.ts';
import type { IconFormat } from '../../../src/icon/format/icon-description.ts';

const SIZES: readonly (readonly [number, number])[] = [
  [1, 1],
  [16, 16],
  [48, 32],
  [255, 200],
];

/** A PPM picture of that size, which netpbm reads. */
function picture(width: number, height: number): Buffer {
  const header = Buffer.from(`P6 ${width} ${height} 255\n`);
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index % 7) * 40);
  return Buffer.concat([header, pixels]);
}

function pipe(program: string, args: readonly string[], input: Uint8Array): Uint8Array {
  return execFileSync(program, args, { input, stdio: 'pipe', maxBuffer: 2 ** 26 });
}

describe('a picture', () => {
  for (const [program, format, args] of [
    ['pnmtopng', 'png', []],
    ['pnmtopng', 'png', ['-interlace', '-gamma', '0.45', '-compression', '1']],
    ['pnmtojpeg', 'jpeg', []],
    ['pnmtojpeg', 'jpeg', ['--progressive', '--comment', 'x'.repeat(60_000)]],
    ['ppmtogif', 'gif', []],
    ['ppmtoxpm', 'xpm', ['-name', 'icon']],
    ['ppmtowinicon', 'ico', []],
  ] as const satisfies readonly (readonly [string, IconFormat, readonly string[]])[]) {
    const name = [program, ...args].join(' ').slice(0, 60);
    testWith([program], `by ${name} is measured`, async () => {
      for (const [width, height] of SIZES) {
        const bytes = pipe(program, args, picture(width, height));
        expect(await describeIcon(bytes)).toEqual({ format, width, height });
      }
    });
  }

  for (const args of [[], ['-lossless'], ['-metadata', 'all', '-alpha_q', '50']]) {
    testWith(['cwebp', 'pnmtopng'], `by ${['cwebp', ...args].join(' ')} is measured`, async () => {
      const folder = temporaryFolder();
      for (const [width, height] of SIZES) {
        const alpha = `${folder}/alpha.pgm`;
        writeFileSync(
          alpha,
          Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), Buffer.alloc(width * height, 99)]),
        );
        writeFileSync(`${folder}/in.png`, pipe('pnmtopng', ['-alpha', alpha], picture(width, height)));
        run('cwebp', ['-quiet', ...args, `${folder}/in.png`, '-o', `${folder}/out.webp`]);
        expect(await describeIcon(readFileSync(`${folder}/out.webp`))).toEqual({ format: 'webp', width, height });
      }
    });
  }

  testWith(['ppmtowinicon'], 'of several sizes has the largest', async () => {
    const folder = temporaryFolder();
    const inputs = [16, 64, 32].map((size) => {
      const path = join(folder, `${size}.ppm`);
      writeFileSync(path, picture(size, size));
      return path;
    });
    run('ppmtowinicon', [`-output=${folder}/out.ico`, ...inputs]);
    expect(await describeIcon(readFileSync(`${folder}/out.ico`))).toEqual({ format: 'ico', width: 64, height: 64 });
  });
});

const OLD_XPM = `#define a_format 1
#define a_width 3
#define a_height 2
#define a_nColors 2
#define a_chars_per_pixel 1
static char *a_colors[] = {
"a", "#000000",
"b", "#ffffff"
};
static char *a_pixels[] = {
"aba",
"bab"
};
`;

const COMMENTED_XPM = `/* XPM */
static char *a[] = {
/* width height colors characters */
"3 2 2 1",
"a c #000000",
"b c #ffffff",
/* pixels */
"aba",
"bab"
};
`;

testWith(['xpmtoppm'], 'xpmtoppm finds the same size in XPM as we do', async () => {
  for (const text of [OLD_XPM, COMMENTED_XPM]) {
    const header = Buffer.from(pipe('xpmtoppm', [], Buffer.from(text)))
      .toString('latin1')
      .split(/\s+/, 3);
    const { width, height } = (await describeIcon(Buffer.from(text))) ?? {};
    expect([String(width), String(height)]).toEqual(header.slice(1));
  }
});

const DRAWINGS = [
  'width="64" height="32"',
  'width="64px" height="32px"',
  'width="1in" height="2in"',
  'width="2.54cm" height="12.7mm"',
  'width="36pt" height="3pc"',
  'viewBox="0 0 24 12"',
  'viewBox="5 5 24 12"',
  'width="100%" height="100%" viewBox="0 0 30 20"',
  'width="64" height="64" viewBox="0 0 32 16"',
];

testWith(['rsvg-convert'], 'rsvg-convert draws SVG in the size that we find', async () => {
  const path = join(temporaryFolder(), 'icon.svg');
  for (const attributes of DRAWINGS) {
    const text = `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><rect width="5" height="5"/></svg>`;
    writeFileSync(path, text);
    const drawn = await describeIcon(pipe('rsvg-convert', ['--dpi-x=96', '--dpi-y=96', path], new Uint8Array(0)));
    const found = await describeIcon(Buffer.from(text));
    expect({ attributes, width: found?.width, height: found?.height }).toEqual({
      attributes,
      width: drawn?.width,
      height: drawn?.height,
    });
  }
});
