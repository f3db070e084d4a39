import { accessSync, chmodSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** In CI, what a test needs is there or the test fails; at home, it is skipped, visibly. */
const strict = Boolean(process.env['CI']);

export const isRoot = process.getuid?.() === 0;

/** An ordinary user: ourselves, or "nobody" when we are root. */
export const ordinaryUser = isRoot ? 65534 : (process.getuid?.() ?? 65534);

// Where no udev has done it (containers, small virtual machines), ordinary users may not mount before this.
if (isRoot && existsSync('/dev/fuse')) chmodSync('/dev/fuse', 0o666);

function findProgram(name: string): string | undefined {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => isAllowed(path, constants.X_OK));
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/**
 * For `describe.skipIf` and `test.skipIf`: true when something is missing here and this is not CI.
 *
 * @param needs programs, "root", or "/dev/fuse"
 */
export function lacks(...needs: readonly string[]): boolean {
  return !strict && needs.some((need) => !has(need));
}

function has(need: string): boolean {
  if (need === 'root') return isRoot;
  if (need === '/dev/fuse') return isAllowed(need, constants.R_OK | constants.W_OK);
  return findProgram(need) !== undefined;
}

/** Calls again and again until the answer is yes; the deadline is only for a broken runtime, never for a slow machine. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
