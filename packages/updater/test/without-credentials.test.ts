import { expect, test } from 'vitest';
import { SourceError } from '../src/index.ts';
import { withoutCredentials } from '../src/without-credentials.ts';

test.each([
  ['https://me:secret@example.org/a@b', 'https://example.org/a@b'],
  ['zsync|http://token@[::1]:80/x.zsync', 'zsync|http://[::1]:80/x.zsync'],
  ['json-fields|https://a:b%40c@d/e|url=f', 'json-fields|https://d/e|url=f'],
  ['HTTPS://u:p@q@example.org', 'HTTPS://example.org'],
  [
    'https://example.org/user@example.org and me@example.org',
    'https://example.org/user@example.org and me@example.org',
  ],
  ['https://example.org?mail=me@example.org', 'https://example.org?mail=me@example.org'],
])('of %s, people see %s', (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
});

test('the error of a source has no password in it', () => {
  const url = 'https://me:secret@example.org/feed.json';
  const error = new SourceError('malformed', `Cannot use ${url}: nothing`, { reason: 'empty-answer', url });
  expect(JSON.stringify(error) + error.message + error.stack).not.toContain('secret');
  expect(error).toMatchObject({ url: 'https://example.org/feed.json' });
});
