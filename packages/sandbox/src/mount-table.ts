import { realpath } from 'node:fs/promises';
import { findMount, parseMountTable, readMountTable } from '@appimage-js/format/node';

/**
 * The options of the mount that a path is on, such as `noexec`; none where the system does not tell.
 */
export async function mountOptionsOf(path: string): Promise<readonly string[]> {
  const real = await realpath(path).catch(() => undefined);
  return real === undefined ? [] : (findMount(parseMountTable(readMountTable()), real)?.options ?? []);
}
