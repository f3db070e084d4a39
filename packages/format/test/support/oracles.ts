import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished, type TestContext, test } from 'vitest';

/** Who judges a test: a program, the kernel's own SquashFS, or only the rights of root. */
export type Oracle = 'kernel' | 'root' | (string & {});

/**
 * A test that needs oracles. Where one is missing it is skipped under a name that says so; in CI it fails.
 */
export function testWith(
  oracles: readonly Oracle[],
  name: string,
  body: (context: TestContext) => void | Promise<void>,
): void {
  const missing = oracles.filter((oracle) => !isThere(oracle));
  if (missing.length === 0) test(name, body);
  else if (process.env['CI'] === undefined) test.skip(`${name} (needs ${missing.join(', ')})`, body);
  else test(name, () => expectInCi(missing));
}

/** Runs a program to its end and returns what it printed. */
export function run(program: string, args: readonly string[], options: { readonly cwd?: string } = {}): string {
  return execFileSync(program, args, { ...options, encoding: 'latin1', maxBuffer: 2 ** 28, stdio: 'pipe' });
}

/** Lets the kernel mount an image, until the test is over. */
export function mountImage(image: string, folder: string): string {
  run('mount', ['-t', 'squashfs', '-o', 'loop,ro,nodev,nosuid', image, folder]);
  onTestFinished(() => void run('umount', [folder]));
  return folder;
}

/** Whether an oracle can be asked here. */
export function isThere(oracle: Oracle): boolean {
  const isRoot = process.getuid?.() === 0;
  if (oracle === 'root') return isRoot;
  if (oracle === 'kernel') return isRoot && existsSync('/dev/loop-control');
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, oracle), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function expectInCi(missing: readonly Oracle[]): never {
  throw new Error(`Cannot judge: ${missing.join(', ')} must be there in CI`);
}

/** A file system of one megabyte that is soon full, until the test is over. */
export function mountTiny(folder: string): string {
  run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  onTestFinished(() => void run('umount', [folder]));
  return folder;
}
