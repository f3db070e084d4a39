import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ioError } from '@appimage-js/format/node';

/** What tells a file from others, in lower-case hexadecimal digits. */
export interface FileDigests {
  readonly sha1: string;
  readonly sha256: string;
  /** Only where it was asked for. */
  readonly sha512: string | undefined;
}

const PIECE = 1_048_576;

/**
 * Hashes a file, which is read once.
 *
 * @throws AppImageError `io` when it can not be read
 */
export async function hashFile(
  path: string,
  { sha512: isWanted = false, signal }: { readonly sha512?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<FileDigests> {
  const hashes = ['sha1', 'sha256', ...(isWanted ? ['sha512'] : [])].map((name) => createHash(name));
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE, ...(signal && { signal }) })) {
      for (const hash of hashes) hash.update(piece);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw ioError(`Cannot read ${path}`, path, cause);
  }
  const [sha1 = '', sha256 = '', sha512] = hashes.map((hash) => hash.digest('hex'));
  return { sha1, sha256, sha512 };
}
