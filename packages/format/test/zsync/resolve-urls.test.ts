import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFileName } from '../../src/io/file-name.ts';
import { resolveZsyncUrls } from '../../src/zsync/index.ts';
import { relativeZsyncUrl } from '../../src/zsync/resolve-urls.ts';

const CONTROL = 'https://example.org/downloads/latest/App.AppImage.zsync?job=build';

const resolve = (...urls: string[]) => resolveZsyncUrls({ urls }, CONTROL).map(String);

describe('the URLs of a control file', () => {
  test.each([
    ['App.AppImage', 'https://example.org/downloads/latest/App.AppImage'],
    ['../v1/App.AppImage', 'https://example.org/downloads/v1/App.AppImage'],
    ['/App.AppImage', 'https://example.org/App.AppImage'],
    ['//mirror.example/App.AppImage', 'https://mirror.example/App.AppImage'],
    ['http://mirror.example/App.AppImage', 'http://mirror.example/App.AppImage'],
    ['?raw=1', 'https://example.org/downloads/latest/App.AppImage.zsync?raw=1'],
  ])('%s is relative to where the file came from', (url, expected) => {
    expect(resolve(url)).toEqual([expected]);
    expect(resolveZsyncUrls({ urls: [url] }, new URL(CONTROL)).map(String)).toEqual([expected]);
  });

  test('keep their order, each once', () => {
    expect(resolve('b', 'a', './b')).toEqual([
      'https://example.org/downloads/latest/b',
      'https://example.org/downloads/latest/a',
    ]);
  });

  test('are only those of HTTP', () => {
    expect(
      resolve('file:///etc/passwd', 'ftp://example.org/x', 'http://[', 'javascript:0', 'https://example.org/x'),
    ).toEqual(['https://example.org/x']);
  });

  test('lead from any name to that name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        fc.pre(!(bytes.includes(0x2f) || /^\.\.?$/.test(String.fromCharCode(...bytes))));
        const url = new URL(relativeZsyncUrl(decodeFileName(bytes)), CONTROL);
        const name = url.pathname
          .replace('/downloads/latest/', '')
          .replaceAll(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
        expect(name).toBe(String.fromCharCode(...bytes));
        expect(url.search + url.hash).toBe('');
      }),
    );
  });
});
