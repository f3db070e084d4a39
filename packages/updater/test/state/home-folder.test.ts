import { isAbsolute } from 'node:path';
import { testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { defaultCacheFolder } from '../../src/http/document-cache.ts';
import { homeFolder } from '../../src/state/home-folder.ts';

const MODULE = new URL('../../src/state/data-folder.ts', import.meta.url).href;

test('the home folder is that of the environment, and never one beside where a command was started', () => {
  expect(homeFolder({ HOME: '/home/ada' })).toBe('/home/ada');
  for (const HOME of ['', 'ada', undefined]) {
    expect(isAbsolute(homeFolder({ HOME }) ?? '')).toBe(true);
    expect(isAbsolute(defaultCacheFolder({ HOME }) ?? '')).toBe(true);
  }
});

testWith(['root'], 'who has no home folder is told to name one', async () => {
  const code = `import { defaultDataFolder } from ${JSON.stringify(MODULE)};
    console.log(defaultDataFolder({ XDG_DATA_HOME: '/data' }));
    try { defaultDataFolder({}) } catch (error) { console.log(error.code, error.message) }`;
  const args = ['--conditions=@appimage-js/source', '--no-warnings', '--input-type=module-typescript', '-'];
  const options = { input: code, extendEnv: false, env: {}, uid: 54_321, gid: 54_321 };
  const { stdout } = await execa(process.execPath, args, options);
  expect(stdout).toMatch(/^\/data\/appimage\/updater\nnot-found .*set HOME or XDG_DATA_HOME$/);
});
