import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Who judges a test, or what it cannot do without: a program by its name, `root` for root's rights, `kernel` for the
 * kernel's own SquashFS, a device by its path, or what the test has looked for itself.
 */
export type Oracle = 'root' | 'kernel' | (string & {}) | { readonly name: string; readonly isThere: boolean };

/** Whether an oracle can be asked here. */
export function isThere(oracle: Oracle): boolean {
  if (typeof oracle !== 'string') return oracle.isThere;
  const isRoot = process.getuid?.() === 0;
  if (oracle === 'root') return isRoot;
  if (oracle === 'kernel') return isRoot && existsSync('/dev/loop-control') && findTool('mount') !== undefined;
  if (isAbsolute(oracle)) return isAllowed(oracle, constants.R_OK | constants.W_OK);
  return findTool(oracle) !== undefined;
}

/** Where a program is on the PATH; undefined where it is not. */
export function findTool(tool: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, tool)).find((path) => isAllowed(path, constants.X_OK));
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
