import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A new folder for one test, removed when that is finished. Other users may look into it; its path has no symlinks. */
export function temporaryFolder(parent: string = tmpdir()): string {
  const folder = makeFolder(parent);
  onTestFinished(() => remove(folder));
  return folder;
}

/** Like {@link temporaryFolder}, for all tests of the file or of the `describe` that it is called in. */
export function sharedFolder(): string {
  const folder = makeFolder(tmpdir());
  afterAll(() => remove(folder));
  return folder;
}

function makeFolder(parent: string): string {
  const folder = realpathSync(mkdtempSync(join(parent, 'appimage-js-test-')));
  chmodSync(folder, 0o755);
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
