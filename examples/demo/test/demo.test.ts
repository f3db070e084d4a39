import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

test('the demo builds, inspects and runs both examples, from any directory', { timeout: 600_000 }, async () => {
  const { stdout } = await execa(process.execPath, [join(import.meta.dirname, '../demo.ts')], { cwd: '/' });
  expect(stdout).toContain('$ appimage info examples/demo/dist/hello.AppImage');
  expect(stdout).toContain('Hello, you!');
  expect(stdout).toMatch(/^\d+ words, \d+ different$/m);
  expect(stdout).toMatch(/^ {2}hello +\d+ kB +[\d.]+ s +\d+ ms +\d+ ms$/m);
  expect(stdout).toMatch(/^ {2}word-count +[\d.]+ MB +[\d.]+ s +\d+ ms +\d+ ms$/m);
});
