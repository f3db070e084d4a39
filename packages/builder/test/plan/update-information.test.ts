import { bufferSource, readElf } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { checkUpdateInformation, planUpdateInformation } from '../../src/plan/update-information.ts';
import { fakeRuntime } from '../fake-runtime.ts';

const bytes = fakeRuntime();
const runtime = { file: null, bytes, elf: await readElf(bufferSource(bytes)), payloadMethods: null, sha256: '' };

describe('checkUpdateInformation', () => {
  test.each([
    'zsync|https://example.org/App-latest-x86_64.AppImage.zsync',
    'gh-releases-zsync|owner|repository|latest|App-*x86_64.AppImage.zsync',
    'pling-v1-zsync|1234567|App-*.AppImage.zsync',
  ])('accepts %s', (text) => {
    expect(checkUpdateInformation(text, runtime)).toEqual([]);
  });

  test('warns of a transport that the specification does not have', () => {
    for (const text of ['gl-releases-zsync|a|b|c|d.zsync', 'made-up|a']) {
      expect(checkUpdateInformation(text, runtime)).toMatchObject([{ code: 'unknown-update-transport' }]);
    }
  });

  test.each([
    '',
    'https://example.org',
    'zsync|',
    'zsync|App.zsync',
    'zsync|https://a|b',
    'gh-releases-zsync|a|b|c',
    'gh-releases-zsync|a||c|d',
    'zsync|https://a\nb',
  ])('refuses %j', (text) => {
    expect(() => checkUpdateInformation(text, runtime)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('refuses what does not fit into the runtime before anything is written', () => {
    const longest = 'zsync|https://x/'.padEnd(1024, 'x');
    expect(() => checkUpdateInformation(`${longest}x`, runtime)).toThrow(
      expect.objectContaining({ code: 'limit', message: expect.stringContaining('at most 1024 bytes, found 1025') }),
    );
    expect(checkUpdateInformation(longest, runtime)).toEqual([]);
  });
});

describe('planUpdateInformation', () => {
  const image = { output: '/Hello-x86_64.AppImage', version: null, runtime };

  test('prefers what is given to a guess', () => {
    const guessFrom = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'a/b' };
    const text = 'zsync|https://example.org/a.zsync';
    expect(planUpdateInformation({ updateInformation: text, guessFrom }, image)).toEqual({
      text,
      from: null,
      warnings: [],
    });
    const guessed = planUpdateInformation({ guessFrom }, image);
    expect(guessed).toMatchObject({
      text: 'gh-releases-zsync|a|b|latest|Hello-x86_64.AppImage.zsync',
      from: 'GitHub Actions',
    });
  });

  test('warns where a guess was asked for and none can be made', () => {
    expect(planUpdateInformation({ guessFrom: {} }, image)).toMatchObject({
      text: null,
      warnings: [{ code: 'no-update-information' }],
    });
    expect(planUpdateInformation({}, image)).toEqual({ text: null, from: null, warnings: [] });
  });
});
