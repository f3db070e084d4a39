import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';

/** A test that needs another program: where that is missing it is skipped under a name that says so; in CI it fails. */
export function testWith(program: string, name: string, body: () => Promise<void>): void {
  if (isInstalled(program) || process.env['CI'] !== undefined) test(name, body);
  else test.skip(`${name} (needs ${program})`, body);
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
