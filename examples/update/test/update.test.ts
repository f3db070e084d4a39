import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const example = join(import.meta.dirname, '..');

test('version 1 is updated to version 2 by a few per cent of it, and brought back', { timeout: 600_000 }, async () => {
  const { stdout } = await execa(process.execPath, [join(example, 'update.ts')], { cwd: '/' });
  expect(stdout.match(/^Hello, I am version .*/gm)).toEqual([
    'Hello, I am version 1.0',
    'Hello, I am version 2.0',
    'Hello, I am version 1.0',
  ]);
  expect(stdout).toMatch(/^Hello\.AppImage: updated from 1\.0 to 2\.0; .* fetched, 9\d % of .* was here/m);
  expect(Number(/^The server has sent ([\d.]+) % of the file\.$/m.exec(stdout)?.[1])).toBeLessThan(5);
  expect(stdout).toContain('Hello.AppImage: up to date (2.0)');
  expect(stdout).toContain('Hello.AppImage: 1.0 is back, in place of 2.0');
});

testWith(['systemd-analyze'], 'the timer and its service are such to systemd', async () => {
  const units = ['timer', 'service'].map((kind) => join(example, `systemd/appimage-update.${kind}`));
  const env = { XDG_RUNTIME_DIR: temporaryFolder() };
  expect(await execa('systemd-analyze', ['verify', '--user', ...units], { env, all: true })).toMatchObject({ all: '' });
});
