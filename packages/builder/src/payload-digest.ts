import { createHash } from 'node:crypto';
import type { ByteSource } from '@appimage-js/format';

/** Bytes that are read at once. */
const PIECE = 1024 * 1024;

/** Which bytes of the image are the payload. */
export interface PayloadRange {
  readonly offset: number;
  /** Without padding, as the superblock says. */
  readonly length: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * SHA-256 of the payload: what the runtime knows an image by, and compares it with when it is asked to. The superblock, which
 * comes first, is written last, so this reads back what has been written.
 */
export async function payloadDigest(image: ByteSource, { offset, length, signal }: PayloadRange): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for (let done = 0; done < length; done += PIECE) {
    hash.update(await image.read(offset + done, Math.min(PIECE, length - done), { signal }));
  }
  return new Uint8Array(hash.digest());
}
