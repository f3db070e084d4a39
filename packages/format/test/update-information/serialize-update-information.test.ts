import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatUpdateSource,
  parseUpdateInformation,
  serializeUpdateInformation,
} from '../../src/update-information/index.ts';

describe('update information is embedded', () => {
  test('exactly as it is, whatever its transport', () => {
    const text = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((value) => !/[|\p{Cc}\p{Cs}]/u.test(value) && value.trim() === value);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (fields) => {
        const raw = ['made-up', ...fields].join('|');
        expect(parseUpdateInformation(serializeUpdateInformation(raw))?.raw).toBe(raw);
      }),
    );
  });

  test('for every source so that it reads back as the same', () => {
    const text = fc.stringMatching(/^[\w*.-]{1,8}$/);
    const gitLab = fc.record({
      transport: fc.constantFrom('gl-releases-zsync', 'gitlab-releases-zsync'),
      host: fc.constantFrom('gitlab.com', 'git.example.org'),
      project: fc.array(text, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
      tag: text,
      file: text,
    });
    fc.assert(
      fc.property(gitLab, (source) => {
        expect(parseUpdateInformation(formatUpdateSource(source))?.source).toEqual(source);
      }),
    );
  });

  test.each([
    '',
    'zsync',
    'zsync|',
    'zsync||x',
    '|x',
    'a b|c',
    'zsync|https://a\nb',
    'zsync|https://a\0',
    'zsync|https://\x7f',
    ' zsync|https://a',
    'zsync|https://a ',
    'zsync|App.zsync',
    'zsync|ftp://example.org/App.zsync',
    'zsync|https://a|b',
    'zsync|gh-releases-zsync|a|b|latest|c.zsync',
    'gh-releases-zsync|a|b|c',
    'gh-releases-zsync|a||latest|c.zsync',
    'made-up|\ud800',
  ])('%j is not', (raw) => {
    expect(() => serializeUpdateInformation(raw)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('says why it is not', () => {
    expect(() => serializeUpdateInformation('zsync|x')).toThrow(
      'Cannot embed update information: expected a URL of HTTP or HTTPS, found "x", in "zsync|x"',
    );
    expect(() => serializeUpdateInformation('a b|c')).toThrow(
      'Cannot embed update information: expected "transport|field|…" on one line, in "a b|c"',
    );
  });

  test.each([
    { transport: 'gh-linux-yml', owner: '', repository: 'b' },
    { transport: 'gh-linux-yml', owner: 'a|b', repository: 'c' },
    { transport: 'direct-link', url: 'nowhere' },
  ] as const)('%j is not', (source) => {
    expect(() => formatUpdateSource(source)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
