import { parseUpdateInformation, type UpdateInformation } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { parseUpdateSource, resolveUpdate } from '../../src/resolve/index.ts';
import { testClient } from '../servers/http-client.ts';

describe('a source that a user gives', () => {
  test.each([
    ['https://example.org/App.AppImage.zsync', 'zsync'],
    ['https://example.org/feed.json?a=b', 'appimage-feed'],
    ['https://example.org/download', 'direct-link'],
    [' gh-releases-zsync|owner|repo|latest|App-*.zsync\n', 'gh-releases-zsync'],
    ['json-fields|https://example.org/x|url=downloadUrl', 'json-fields'],
    ['gl-releases-zsync|git.example.org|group/repo|latest|*.zsync', 'gl-releases-zsync'],
  ])('%j is by %s', (text, transport) => {
    expect(parseUpdateSource(text).source?.transport).toBe(transport);
  });

  test.each([
    ['', 'malformed'],
    ['nonsense', 'unsupported'],
    ['gh-releases-zsync|owner|repo', 'malformed'],
    ['zsync|App.zsync', 'malformed'],
    ['json-fields|https://example.org/x|href=downloadUrl', 'malformed'],
    ['zsync|gh-releases-direct|o|r|latest|x', 'malformed'],
  ])('%j is none', (text, code) => {
    expect(() => parseUpdateSource(text)).toThrow(expect.objectContaining({ code, reason: 'unusable-information' }));
  });
});

describe('update information', () => {
  const resolve = (text: string) =>
    resolveUpdate(parseUpdateInformation(text) as UpdateInformation, { http: testClient() });

  test('of Bintray says that it has ended, and what to do', async () => {
    await expect(resolve('bintray-zsync|o|r|p|App-_latestVersion.zsync')).rejects.toMatchObject({
      code: 'unsupported',
      reason: 'closed-service',
      message: expect.stringContaining('give another source'),
    });
  });

  test('that nobody understands is an error with what is wrong', async () => {
    await expect(resolve('carrier-pigeon|coop')).rejects.toMatchObject({
      code: 'unsupported',
      reason: 'unusable-information',
      message: expect.stringContaining('"carrier-pigeon" is not known'),
    });
  });

  test('with a flaw that does not matter is followed, and the flaw told', async () => {
    const { image, remarks } = await resolve('zsync|https://example.org/App.AppImage.zsync\nmore');
    expect(image.name).toBe('App.AppImage');
    expect(remarks).toEqual(['update information: something follows the first line']);
  });
});
