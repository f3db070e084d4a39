import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';

const cli = fileURLToPath(new URL('bin/appimage.js', import.meta.resolve('appimage-js/package.json')));
const appDir = join(import.meta.dirname, '../AppDir');
const folder = sharedFolder();
const image = join(folder, 'hello.AppImage');

beforeAll(async () => {
  await execa(process.execPath, [cli, 'build', appDir, '-o', image, '--arch', 'x86_64']);
});

test('greets, and knows where it is', async () => {
  const { stdout } = await execa(image, ['there']);
  expect(stdout).toMatch(/^Hello, there!\nI am .*\/hello\.AppImage, and my files are in \/.*\.$/);
  expect(stdout).toContain(image);
});

test('ends with the status that it is told', async () => {
  const { exitCode } = await execa(image, ['--exit', '7'], { reject: false });
  expect(exitCode).toBe(7);
});

test('says the same when the command starts it', async () => {
  const { stdout } = await execa(process.execPath, [cli, 'run', image, 'there']);
  expect(stdout).toMatch(/^Hello, there!\n/);
});
