import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeIcon } from '../../src/appimage/icon-format.ts';
import { png, SVG, XPM } from '../support/icons.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('an icon', () => {
  test.each([
    ['a PNG', png(512, 256), { format: 'png', width: 512, height: 256 }],
    ['an SVG with a size', bytes(SVG), { format: 'svg', width: 64, height: 32 }],
    ['an SVG with a view box', bytes('<svg viewBox="0 0 24.5 12">'), { format: 'svg', width: 24.5, height: 12 }],
    ['an SVG in percent', bytes('<svg width="100%" viewBox="-1,-1 9,8">'), { format: 'svg', width: 9, height: 8 }],
    ['an SVG without a size', bytes('<svg:svg xmlns:svg="x">'), { format: 'svg', width: null, height: null }],
    ['a compressed SVG', gzipSync(SVG), { format: 'svgz', width: null, height: null }],
    ['an XPM', bytes(XPM), { format: 'xpm', width: 16, height: 8 }],
    ['an XPM without values', bytes('/* XPM */'), { format: 'xpm', width: null, height: null }],
  ])('that is %s is described', (_, icon, expected) => {
    expect(describeIcon(icon)).toEqual(expected);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a text', bytes('<html><body>')],
    ['a PNG that was cut off', png(1, 1).subarray(0, 20)],
    ['a longer word', bytes('<svgfoo>')],
  ])('is not %s', (_, icon) => {
    expect(describeIcon(icon)).toBeUndefined();
  });

  test('of any bytes is described or none', () => {
    const starts = fc.constantFrom('', '<svg ', '/* XPM */ "', '\x89PNG\r\n\x1a\n');
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 80 }), (start, rest) => {
        const icon = describeIcon(Buffer.concat([Buffer.from(start, 'latin1'), rest]));
        expect(icon?.width ?? 1).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
