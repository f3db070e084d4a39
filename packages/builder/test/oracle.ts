import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';

/**
 * `test` for a test that needs another program: skipped, visibly, where the program is not installed, but run, and hence
 * failing, in CI.
 */
export function testWithTool(tool: string): typeof test | typeof test.skip {
  return findTool(tool) !== undefined || process.env['CI'] !== undefined ? test : test.skip;
}

/** Where a program is on the PATH; undefined where it is not. */
export function findTool(tool: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, tool));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `test` for a test that only root can do, such as making a device node; skipped for others. */
export const testAsRoot: typeof test | typeof test.skip = process.getuid?.() === 0 ? test : test.skip;
