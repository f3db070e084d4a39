import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseUpdateInformation, serializeUpdateInformation } from '../../src/update-information/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('update information', () => {
  test.each([
    ['zsync|https://example.org/App-latest.AppImage.zsync', 'zsync'],
    ['gh-releases-zsync|owner|repo|latest|App-*x86_64.AppImage.zsync', 'gh-releases-zsync'],
    ['pling-v1-zsync|123|*', 'pling-v1-zsync'],
  ])('%s names its transport', (raw, transport) => {
    expect(parseUpdateInformation(bytes(`${raw}\0\0\0`))).toEqual({ raw, transport });
    expect(parseUpdateInformation(serializeUpdateInformation(raw))).toEqual({ raw, transport });
  });

  test.each([
    ['nothing', ''],
    ['zeros', '\0\0\0\0'],
    ['blanks', ' \n\0rest'],
  ])('of %s is none', (_, content) => {
    expect(parseUpdateInformation(bytes(content))).toBeUndefined();
  });

  test('ends at the first NUL, or with the section', () => {
    expect(parseUpdateInformation(bytes('zsync|a\0zsync|b'))?.raw).toBe('zsync|a');
    expect(parseUpdateInformation(bytes('zsync|a'))?.raw).toBe('zsync|a');
  });

  test('without fields is all transport', () => {
    expect(parseUpdateInformation(bytes('odd\n'))).toEqual({ raw: 'odd', transport: 'odd' });
  });

  test('of any bytes is parsed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (section) => {
        const parsed = parseUpdateInformation(section);
        expect(parsed === undefined || parsed.raw.startsWith(parsed.transport)).toBe(true);
      }),
    );
  });

  test.each(['', 'zsync', 'zsync|', 'zsync||x', '|x', 'a b|c', 'zsync|a\nb', 'zsync|a\0', 'zsync|\x7f'])(
    '%j is not embedded',
    (raw) => {
      expect(() => serializeUpdateInformation(raw)).toThrow(expect.objectContaining({ code: 'malformed' }));
    },
  );
});
