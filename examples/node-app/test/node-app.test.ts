import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';

const cli = fileURLToPath(new URL('bin/appimage.js', import.meta.resolve('appimage-js/package.json')));
const root = join(import.meta.dirname, '..');
const folder = sharedFolder();
const image = join(folder, 'word-count.AppImage');

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/AppDir'))) await execa(process.execPath, [join(root, 'build.ts')]);
  await execa(process.execPath, [cli, 'build', join(root, 'dist/AppDir'), '-o', image, '--level', '1']);
});

test('counts the words of its input by the Node that is inside', async () => {
  const { stdout } = await execa(image, ['--top', '2'], {
    input: 'to be, or not to be: to',
    env: { PATH: '/usr/bin:/bin' },
  });
  const longest = '█'.repeat(40);
  expect(stdout).toBe(`7 words, 4 different\nto  ${longest} 3\nbe  ${longest.slice(0, 27)} 2`);
});

test('refuses wrong options with a status of its own', async () => {
  const { exitCode, stderr } = await execa(image, ['--top', 'none'], { reject: false });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'word-count: --top must be a number from 1 on, found none',
  });
});

test('has the icon where integrators look for it', async () => {
  const { stdout } = await execa(process.execPath, [cli, 'info', '--json', image]);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'Word Count',
    icon: { path: 'usr/share/icons/hicolor/256x256/apps/word-count.png', width: 256, height: 256 },
    entryPoint: 'AppRun',
  });
});
