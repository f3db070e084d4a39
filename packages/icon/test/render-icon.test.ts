import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeIcon } from '@appimage-js/format';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { emptyPng, picturePng, pngPixels } from '@appimage-js/testing/pictures';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { IconRenderer, type RenderableFormat, renderIcon } from '../src/index.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const svg = (body: string, attributes = 'width="10" height="10"', before = '') =>
  encode(
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${body}</svg>`,
  );
const render = (contents: Uint8Array, format: RenderableFormat = 'svg', size = 16) =>
  renderIcon({ contents, format, size });
const RED_SQUARE = svg('<rect width="10" height="10" fill="red"/>');
const XPM = `/* XPM */
static char *hello[] = {
/* columns rows colors chars-per-pixel */
"2 2 3 1",
"  c None",
". c #FF0000",
"X s dark m white c Gray",
" .",
"X."
};
`;

describe('renderIcon', () => {
  test.each<[string, Uint8Array, RenderableFormat]>([
    ['SVG', RED_SQUARE, 'svg'],
    ['PNG that is larger', picturePng(100, 100, [255, 0, 0, 255]), 'png'],
    ['PNG that is smaller', picturePng(3, 3, [255, 0, 0, 255]), 'png'],
    ['XPM', encode(XPM), 'xpm'],
  ])('makes a PNG of the size that is asked for from %s', async (_, contents, format) => {
    for (const size of [16, 48]) {
      expect(await describeIcon(await render(contents, format, size))).toEqual({
        format: 'png',
        width: size,
        height: size,
      });
    }
  });

  test('draws what the icon shows, in its proportions and in the middle', async () => {
    const wide = pngPixels(await render(svg('<rect width="10" height="10" fill="red"/>', 'width="10" height="5"')));
    const at = (x: number, y: number) => wide[y * 16 + x];
    expect([at(0, 0), at(8, 3), at(8, 4), at(8, 11), at(8, 12)]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [255, 0, 0, 255],
      [255, 0, 0, 255],
      [0, 0, 0, 0],
    ]);
  });

  test('keeps colors and opacity of a PNG, and the mean where it becomes smaller', async () => {
    expect(pngPixels(await render(picturePng(64, 64, [10, 200, 30, 255]), 'png'))[0]).toEqual([10, 200, 30, 255]);
    const [clear] = pngPixels(await render(picturePng(64, 64, [255, 128, 0, 128]), 'png'));
    expect(clear).toEqual([255, 128, 0, 128]);
  });

  test('draws the pixels of an XPM', async () => {
    const pixels = pngPixels(await render(encode(XPM), 'xpm', 2));
    expect(pixels).toEqual([
      [0, 0, 0, 0],
      [255, 0, 0, 255],
      [190, 190, 190, 255],
      [255, 0, 0, 255],
    ]);
  });

  test('gives these bytes on every machine', async () => {
    const shaded = svg(
      '<defs><linearGradient id="g"><stop stop-color="#123"/><stop offset="1" stop-color="#fd9"/></linearGradient></defs>' +
        '<circle cx="5" cy="5" r="4.3" fill="url(#g)" stroke="#0008"/>',
    );
    const small = await render(shaded, 'svg', 100);
    const scaled = await render(small, 'png', 37);
    const hashes = [small, scaled].map((png) => createHash('sha256').update(png).digest('hex').slice(0, 16));
    expect(hashes).toMatchInlineSnapshot(`
      [
        "4bd76a64ede9f2ea",
        "27e4681859eb1a80",
      ]
    `);
  });

  testWith(['rsvg-convert'], 'makes what other programs read', async () => {
    const folder = temporaryFolder();
    const png = await render(RED_SQUARE, 'svg', 256);
    writeFileSync(join(folder, 'a.png'), png);
    const page = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><image width="256" height="256" href="a.png"/></svg>`;
    writeFileSync(join(folder, 'a.svg'), page);
    run('rsvg-convert', ['-o', join(folder, 'b.png'), join(folder, 'a.svg')]);
    const pixels = pngPixels(new Uint8Array(readFileSync(join(folder, 'b.png'))));
    expect({ count: pixels.length, middle: pixels[32_896] }).toEqual({ count: 65_536, middle: [255, 0, 0, 255] });
  });

  test.each<[string, Uint8Array, RenderableFormat, RegExp]>([
    ['no XML', encode('hello'), 'svg', /Cannot render icon: /],
    ['text that is not UTF-8', Uint8Array.of(0x3c, 0xff), 'svg', /Cannot render icon: /],
    ['a PNG that is cut off', picturePng(9, 9, [1, 2, 3, 255]).slice(0, 45), 'png', /damaged or an empty/],
    ['a PNG without header', Uint8Array.of(0x89, 0x50), 'png', /Cannot render icon: /],
    [
      'a PNG of very many pixels',
      picturePng(9, 9, [1, 2, 3, 255], { claimed: 1_000_000 }),
      'png',
      /must have 1 to 16777216 pixels/,
    ],
    ['an XPM without its rows', encode(XPM.replace('" .",\n', '')), 'xpm', /must have 3 colors and 2 rows/],
    ['an XPM of an unknown color', encode(XPM.replace('#FF0000', 'nocolor')), 'xpm', /must be #RRGGBB or a name/],
    ['an XPM with a pixel of no color', encode(XPM.replace('"X."', '"X?"')), 'xpm', /must have a color of the list/],
    ['an XPM that is huge', encode(XPM.replace('2 2 3', '99999 99999 3')), 'xpm', /must measure 1 to 2048 pixels/],
    ['lines without height', svg('', 'width="10000000" height="1"'), 'svg', /Cannot render icon: /],
  ])('refuses %s', async (_, contents, format, message) => {
    await expect(render(contents, format)).rejects.toMatchObject({
      name: 'AppImageError',
      code: 'malformed',
      message: expect.stringMatching(message),
    });
  });

  test('draws nothing of other files', async () => {
    const secret = join(temporaryFolder(), 'secret.png');
    writeFileSync(secret, picturePng(10, 10, [255, 0, 0, 255]));
    for (const href of [secret, `file://${secret}`, 'http://127.0.0.1:9/x.png']) {
      const pixels = pngPixels(await render(svg(`<image width="10" height="10" xlink:href="${href}"/>`)));
      expect(new Set(pixels.flat())).toEqual(new Set([0]));
    }
    const dtd = `<!DOCTYPE svg [<!ENTITY x SYSTEM "file://${secret}">]>`;
    await expect(render(svg('<text>&x;</text>', undefined, dtd))).rejects.toMatchObject({ code: 'malformed' });
  });

  test('does not let an icon grow by what it repeats', async () => {
    const doubling = Array.from({ length: 40 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('');
    const long = `<!DOCTYPE svg [<!ENTITY a "${'x'.repeat(100_000)}">]>`;
    const uses = Array.from(
      { length: 40 },
      (_, n) => `<g id="u${n + 1}"><use xlink:href="#u${n}"/><use xlink:href="#u${n}"/></g>`,
    ).join('');
    const bombs = [
      svg('<text>&a40;</text>', undefined, `<!DOCTYPE svg [<!ENTITY a0 "x">${doubling}]>`),
      svg(`<text>${'&a;'.repeat(50_000)}</text>`, undefined, long),
      svg(`<text>${'&a;'.repeat(50_000)}</text>`, undefined, '<!DOCTYPE svg [<!ENTITY a "xxxxxxxxx">]>'),
      svg(`<g id="u0"><rect width="1" height="1"/></g>${uses}`),
    ];
    for (const bomb of bombs) await expect(render(bomb)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('does not take gigabytes for a picture that is within an SVG', async () => {
    const bomb = Buffer.from(emptyPng(28_000)).toString('base64');
    const image = svg(`<image width="10" height="10" xlink:href="data:image/png;base64,${bomb}"/>`);
    expect(image.length).toBeLessThan(8_000_000);
    await expect(render(image)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('more memory than there is'),
    });
  });

  test('draws a PNG that is as large as it may be', async () => {
    const [pixel] = pngPixels(await render(picturePng(4096, 4096, [255, 0, 0, 255]), 'png'));
    expect(pixel).toEqual([255, 0, 0, 255]);
  });

  test('answers bytes of any kind with a picture or an error of its own', async () => {
    const random = seededRandom(7);
    const originals: [Uint8Array, RenderableFormat][] = [
      [RED_SQUARE, 'svg'],
      [picturePng(20, 20, [1, 2, 3, 200]), 'png'],
      [encode(XPM), 'xpm'],
      [encode('hello'), 'svgz'],
    ];
    for (let round = 0; round < 20; round++) {
      const [original, format] = originals[round % originals.length] as [Uint8Array, RenderableFormat];
      const bytes = original.slice(0, round % 3 === 0 ? Math.floor(random() * original.length) : original.length);
      for (let change = 0; change < 3; change++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const answer = await render(bytes, format).catch((error: unknown) => error);
      if (answer instanceof Uint8Array) expect(pngPixels(answer)).toHaveLength(256);
      else expect(answer).toMatchObject({ name: 'AppImageError', code: 'malformed' });
    }
  });

  test('draws the file of a drawing program that declares its namespaces as entities', async () => {
    const dtd = '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>';
    const drawing = encode(
      `${dtd}<svg xmlns="&ns_svg;" width="10" height="10"><rect width="10" height="10" fill="red"/></svg>`,
    );
    expect(pngPixels(await render(drawing))[0]).toEqual([255, 0, 0, 255]);
  });

  test('ends a drawing that was aborted, however long it would take', async () => {
    const endless = svg(
      '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="500000000"/></filter><rect width="10" height="10" filter="url(#f)"/>',
    );
    const abort = new AbortController();
    const rendering = renderIcon({ contents: endless, format: 'svg', size: 256, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 300);
    await expect(rendering).rejects.toThrow('enough');
  });

  test('takes sizes from 1 to 1024 only', async () => {
    for (const size of [0, 1025, 1.5, Number.NaN])
      await expect(render(RED_SQUARE, 'svg', size)).rejects.toThrow(RangeError);
    expect(pngPixels(await render(RED_SQUARE, 'svg', 1))).toEqual([[255, 0, 0, 255]]);
  });
});

describe('IconRenderer', () => {
  test('draws one icon after the other, each as if it was the only one', async () => {
    const sources: [Uint8Array, RenderableFormat][] = [
      [RED_SQUARE, 'svg'],
      [encode(XPM), 'xpm'],
      [picturePng(64, 64, [10, 200, 30, 255]), 'png'],
    ];
    await using renderer = new IconRenderer();
    const together = await Promise.all(
      sources.map(([contents, format]) => renderer.render({ contents, format, size: 16 })),
    );
    for (const [index, [contents, format]] of sources.entries()) {
      expect(together[index]).toEqual(await render(contents, format));
    }
  });

  test('goes on after an icon that is none, one that takes too much, and one that was aborted', async () => {
    await using renderer = new IconRenderer();
    const square = { contents: RED_SQUARE, format: 'svg', size: 16 } as const;
    const first = await renderer.render(square);
    const bomb = svg(
      `<image width="10" height="10" xlink:href="data:image/png;base64,${Buffer.from(emptyPng(28_000)).toString('base64')}"/>`,
    );
    const endless = svg(
      '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="500000000"/></filter><rect width="10" height="10" filter="url(#f)"/>',
    );
    for (const contents of [encode('hello'), bomb]) {
      await expect(renderer.render({ ...square, contents })).rejects.toMatchObject({ code: 'malformed' });
      expect(await renderer.render(square)).toEqual(first);
    }
    const abort = new AbortController();
    const aborted = renderer.render({ ...square, contents: endless, signal: abort.signal });
    const next = renderer.render(square);
    setTimeout(() => abort.abort(new Error('enough')), 300);
    await expect(aborted).rejects.toThrow('enough');
    expect(await next).toEqual(first);
  });

  test('ends a drawing that takes longer than it may', async () => {
    await using renderer = new IconRenderer({ timeLimit: 500 });
    const endless = svg(
      '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="500000000"/></filter><rect width="10" height="10" filter="url(#f)"/>',
    );
    const options = { contents: endless, format: 'svg', size: 256 } as const;
    await expect(renderer.render(options)).rejects.toMatchObject({ code: 'limit' });
  });

  test('keeps no program from ending', () => {
    const source = new URL('../src/index.ts', import.meta.url).href;
    const program = `
      import { IconRenderer } from ${JSON.stringify(source)};
      const contents = new TextEncoder().encode(${JSON.stringify(new TextDecoder().decode(RED_SQUARE))});
      console.log((await new IconRenderer().render({ contents, format: 'svg', size: 16 })).length > 0);`;
    const options = ['--conditions', '@appimage-js/source', '--input-type=module', '--eval', program];
    expect(run(process.execPath, options).trim()).toBe('true');
  });
});
