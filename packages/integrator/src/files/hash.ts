import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ReadOptions } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';

/** Of bytes, or of text in UTF-8, in hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return hash('sha256', content);
}

/**
 * Of a file of any size, in hexadecimal digits.
 *
 * @throws AppImageError `io`
 */
export async function sha256OfFile(path: string, { signal }: ReadOptions = {}): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw ioError(`Cannot read ${path}`, path, cause);
  });
  return digest.digest('hex');
}

/** What tells a symlink from all others, and from every file. */
export function linkHash(target: string): string {
  return sha256(`symlink\0${target}`);
}
