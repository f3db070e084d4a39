import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { Application } from '../../src/permissions/index.ts';
import { addHomeFile, homesFolder, readHomeFiles } from '../../src/permissions/store/home-files.ts';

function application(more: Partial<Application> = {}): Application {
  const identity = 'org.example.App-0123456789abcdef';
  const fixed = { path: '/opt/App.AppImage', name: 'App', desktopId: 'org.example.App', request: undefined };
  return { ...fixed, identity, isKnownByPath: false, isChromium: false, ...more };
}

describe('the files that have had a home folder', () => {
  test('are remembered, each once, where only the user reads it', async () => {
    const env = { XDG_DATA_HOME: temporaryFolder() };
    for (const path of ['/a', '/b', '/a']) await addHomeFile(env, application({ path }));
    expect(await readHomeFiles(env, application())).toEqual(['/a', '/b']);
    const [name = ''] = readdirSync(homesFolder(env));
    expect(statSync(join(homesFolder(env), name)).mode & 0o777).toBe(0o600);
  });

  test('need not be for an image that is known by its path', async () => {
    const env = { XDG_DATA_HOME: temporaryFolder() };
    await addHomeFile(env, application({ isKnownByPath: true }));
    expect(readdirSync(env.XDG_DATA_HOME)).toEqual([]);
  });

  test.each(['{', '{}', '[1]'])('are not none when the list is damaged: %s', async (text) => {
    const env = { XDG_DATA_HOME: temporaryFolder() };
    await addHomeFile(env, application());
    writeFileSync(join(homesFolder(env), `${application().identity}.files.json`), text);
    await expect(readHomeFiles(env, application())).rejects.toMatchObject({ code: 'malformed' });
  });
});
