import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { changeSettings, changeWatchDirs, findPlaces, readSettings, settingsPath } from '../../src/index.ts';

function makePlaces() {
  const home = temporaryFolder();
  const places = findPlaces({ HOME: home });
  const write = (text: string) => {
    mkdirSync(dirname(settingsPath(places)), { recursive: true });
    writeFileSync(settingsPath(places), text);
  };
  return { home, places, write };
}

describe('settings', () => {
  test('are as by default where nothing was said', async () => {
    const { home, places } = makePlaces();
    expect(await readSettings(places)).toEqual({
      watch: [join(home, 'Applications')],
      thumbnails: true,
      service: null,
    });
  });

  test('are gone from the disk when all of them are as by default again', async () => {
    const { home, places } = makePlaces();
    mkdirSync(places.config);
    const changed = await changeSettings(places, { thumbnails: false });
    expect(changed).toEqual(await readSettings(places));
    expect(await changeWatchDirs(places, { add: ['/opt/apps'] })).toEqual([join(home, 'Applications'), '/opt/apps']);
    await changeWatchDirs(places, { remove: ['/opt/apps'] });
    expect(existsSync(settingsPath(places))).toBe(true);
    await changeSettings(places, { thumbnails: true });
    expect(existsSync(dirname(settingsPath(places)))).toBe(false);
  });

  test('of a newer program that are not known here stay when others are changed', async () => {
    const { places, write } = makePlaces();
    write('{"version": 1, "thumbnails": false, "later": {"a": 1}}');
    await changeSettings(places, { thumbnails: true });
    expect(JSON.parse(readFileSync(settingsPath(places), 'utf8'))).toEqual({ version: 1, later: { a: 1 } });
  });

  test.each([
    ['no JSON', '{"version"', 'malformed', 'JSON object'],
    ['a list', '[]', 'malformed', 'JSON object'],
    ['no version', '{"thumbnails": false}', 'malformed', '"version" must be 1'],
    ['a version of before', '{"version": 0}', 'malformed', '"version" must be 1'],
    ['a newer version', '{"version": 2, "watch": 5}', 'unsupported', 'newer program'],
    ['a folder that is relative', '{"version": 1, "watch": ["Applications"]}', 'malformed', '"watch" must be'],
    ['a word for thumbnails', '{"version": 1, "thumbnails": "yes"}', 'malformed', '"thumbnails" must be'],
    ['half a service', '{"version": 1, "service": {"with": "daemon"}}', 'malformed', '"service" must be'],
  ])('with %s are refused, with what is wrong, and not written over', async (_, text, code, reason) => {
    const { places, write } = makePlaces();
    write(text);
    const refusal = { code, path: settingsPath(places), message: expect.stringContaining(reason) };
    await expect(readSettings(places)).rejects.toMatchObject(refusal);
    await expect(changeSettings(places, { thumbnails: false })).rejects.toMatchObject(refusal);
    expect(readFileSync(settingsPath(places), 'utf8')).toBe(text);
  });
});
