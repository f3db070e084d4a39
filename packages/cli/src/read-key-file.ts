import { readFile } from 'node:fs/promises';
import { AppImageError } from '@appimage-js/format';
import { systemReason } from '@appimage-js/format/node';
import { showPath } from './output/printable.ts';

/**
 * Reads a key, or what opens one.
 *
 * @throws AppImageError `io`
 */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((cause: unknown) => {
    throw new AppImageError('io', `Cannot read ${showPath(path)}: ${systemReason(cause)}`, { path, cause });
  });
}
