import { readBoundedFile } from '@appimage-js/format/node';

/** A ring of some thousand certificates. */
const MAXIMUM_SIZE = 64 * 1_048_576;

/**
 * Reads a key, or what opens one.
 *
 * @throws AppImageError `io`, `limit`
 */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  return await readBoundedFile(path, MAXIMUM_SIZE);
}
