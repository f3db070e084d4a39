import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './remove-tree.ts';

/** Of a tree that is still being unpacked: the process that does it, and a word that nobody else has. */
const PARTIAL = /^(?:root-)?(?:[0-9a-f]{40}|layout)\.partial\.(\d+)-/;

/** Removes what processes have begun to unpack into a cache folder that are no more. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !(await isAlive(pid))) await removeTree(join(folder, name));
  }
}

async function isAlive(pid: string): Promise<boolean> {
  return (await lstat(`/proc/${pid}`).catch(() => undefined)) !== undefined;
}
