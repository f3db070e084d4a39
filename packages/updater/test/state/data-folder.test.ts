import { expect, test } from 'vitest';
import { defaultDataFolder } from '../../src/index.ts';

test.runIf(process.platform === 'linux').each([
  [{ XDG_DATA_HOME: '/data', HOME: '/home/ada' }, '/data/appimage/updater'],
  [{ XDG_DATA_HOME: '', HOME: '/home/ada' }, '/home/ada/.local/share/appimage/updater'],
  [{ XDG_DATA_HOME: 'relative', HOME: '/home/ada' }, '/home/ada/.local/share/appimage/updater'],
])('with %j, data are in %s', (environment, folder) => {
  expect(defaultDataFolder(environment)).toBe(folder);
});
