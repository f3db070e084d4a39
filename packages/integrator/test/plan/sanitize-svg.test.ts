import { describe, expect, test } from 'vitest';
import { sanitizeSvg } from '../../src/index.ts';
import { svg } from '../support/image.ts';

const clean = (text: string) => new TextDecoder().decode(sanitizeSvg(new TextEncoder().encode(text)));

describe('sanitizeSvg', () => {
  test('keeps what draws', () => {
    const inner =
      '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs><rect fill="url(#g)" width="4"/><use xlink:href="#g"/>';
    const text = clean(svg(inner));
    expect(text).toContain('fill="url(#g)"');
    expect(text).toContain('xlink:href="#g"');
    expect(clean(text)).toBe(text);
  });

  test.each([
    '<script>evil()</script>',
    '<rect onload="evil()"/>',
    '<image xlink:href="file:///evil"/>',
    '<image href="http://evil/"/>',
    '<use href="other.svg#evil"/>',
    '<rect fill="url(http://evil/)"/>',
    '<style>@import "evil";</style>',
    '<style>rect { fill: \\75rl(evil) }</style>',
    '<style>rect { fill: u<g/>rl(evil) }</style>',
    '<style><tspan>@import "evil";</tspan></style>',
    '<rect style="fill: image-set(\'evil\' 1x)"/>',
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">evil</p></foreignObject>',
    '<a href="#x"><text>evil</text></a>',
    '<x:evil xmlns:x="http://example.org/">evil</x:evil>',
  ])('drops %s', (inner) => {
    expect(clean(svg(inner))).not.toMatch(/evil/);
  });

  test('refuses a picture that grows by entities', () => {
    const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${svg('<text>&b;</text>')}`;
    expect(() => clean(bomb)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
