import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';

/**
 * `test` for a test whose judge is another program: skipped, visibly, where the program is not installed, but run, and
 * hence failing, in CI.
 */
export function testWithTool(tool: string): typeof test | typeof test.skip {
  return hasTool(tool) || process.env['CI'] !== undefined ? test : test.skip;
}

function hasTool(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
