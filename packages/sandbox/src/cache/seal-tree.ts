import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that are written to the disk side by side. */
const CONCURRENCY = 8;

/** Takes the permission to write from a tree, and waits until it is on the disk: after a power failure nothing is half there. */
export async function sealTree(root: string): Promise<void> {
  const paths: string[] = [root];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) paths.push(join(entry.parentPath, entry.name));
  }
  // What is inside first: a directory is written to no more then.
  const queue = paths.reverse().values();
  const work = async () => {
    for (const path of queue) await seal(path);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

async function seal(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { mode } = await handle.stat();
    await handle.chmod(mode & 0o7555);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
