import { describe, expect, test } from 'vitest';
import { parseHttpTarget, redirectedRoute } from '../../../src/io/http/http-route.ts';

describe('a target', () => {
  test('has no fragment and no password in its text', () => {
    const { url, text, authorization } = parseHttpTarget('HTTPS://me:s%C3%A4cret@Example.org:443/a?b=c#d');
    expect(url.href).toBe('https://example.org/a?b=c');
    expect(text).toBe('https://example.org/a?b=c');
    expect(authorization).toBe(`Basic ${Buffer.from('me:säcret').toString('base64')}`);
  });

  test('takes a percent sign that escapes nothing for itself', () => {
    const { authorization } = parseHttpTarget('http://100%:%zz@example.org/');
    expect(authorization).toBe(`Basic ${Buffer.from('100%:%zz').toString('base64')}`);
  });

  test('without a user has no authorization', () => {
    expect(parseHttpTarget(new URL('http://example.org/')).authorization).toBeUndefined();
  });

  test('does not change the URL that was given', () => {
    const url = new URL('http://me:secret@example.org/#d');
    parseHttpTarget(url);
    expect(url.href).toBe('http://me:secret@example.org/#d');
  });

  test.each(['file:///etc/passwd', 'ftp://example.org/', 'data:,x', 'not a URL', ''])('can not be %j', (text) => {
    expect(() => parseHttpTarget(text)).toThrow(TypeError);
  });
});

describe('a redirect', () => {
  const route = (href: string, trusted = true) => ({ url: new URL(href), trusted });

  test.each([
    ['http://a.example/x', '/y', 'http://a.example/y', true],
    ['http://a.example/x/', 'y', 'http://a.example/x/y', true],
    ['http://a.example/x', 'http://b.example/y', 'http://b.example/y', false],
    ['http://a.example/x', 'http://a.example:81/y', 'http://a.example:81/y', false],
    ['http://a.example/x', 'https://a.example/y', 'https://a.example/y', false],
    ['https://a.example/x', '//user:secret@a.example/y#z', 'https://a.example/y', true],
  ])('from %s to %s is followed', (from, to, href, trusted) => {
    const next = redirectedRoute(route(from), to);
    expect(next).toEqual({ url: new URL(href), trusted });
  });

  test('back to where it came from does not bring the trust back', () => {
    expect(redirectedRoute(route('http://b.example/', false), 'http://b.example/x')).toMatchObject({ trusted: false });
  });

  test.each([
    ['https://a.example/', 'http://a.example/', 'from https to http'],
    ['http://a.example/', 'file:///etc/passwd', 'found file:'],
    ['http://a.example/', 'data:,x', 'found data:'],
    ['http://a.example/', 'http://', 'found "http://"'],
  ])('from %s to %s is refused', (from, to, words) => {
    expect(redirectedRoute(route(from), to)).toContain(words);
  });
});
