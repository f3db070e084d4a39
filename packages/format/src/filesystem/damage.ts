import type { Decompressor } from '../compression/codec.ts';
import { AppImageError, type AppImageErrorCode, isAppImageError } from '../errors.ts';

/** A place in an image, and how messages call it: "file data". */
export interface DamagedPlace {
  readonly what: string;
  /** From the image's start. */
  readonly offset: number;
  readonly cause?: unknown;
}

/** The error about bytes that can not be what was written there. */
export function damaged(
  code: Extract<AppImageErrorCode, 'malformed' | 'out-of-bounds'>,
  reason: string,
  { what, offset, cause }: DamagedPlace,
): AppImageError {
  const message = `Cannot read ${what} at offset ${offset}: the image is damaged, ${reason}`;
  return new AppImageError(code, message, { offset, cause });
}

/** What is decompressed, to how many bytes at most, and where it is stored. */
interface StoredBlock extends DamagedPlace {
  readonly stored: Uint8Array;
  readonly maximumLength: number;
}

/** Decompresses a block of the image; the error for one that is damaged says where it is. */
export async function decompressBlock(decompressor: Decompressor, block: StoredBlock): Promise<Uint8Array> {
  try {
    return await decompressor.decompress(block.stored, block.maximumLength);
  } catch (cause) {
    throw undecompressable(decompressor, block, cause);
  }
}

/** As {@link decompressBlock}, without waiting; undefined where the method can not do that. */
export function decompressBlockSync(decompressor: Decompressor, block: StoredBlock): Uint8Array | undefined {
  try {
    return decompressor.decompressSync?.(block.stored, block.maximumLength);
  } catch (cause) {
    throw undecompressable(decompressor, block, cause);
  }
}

function undecompressable({ name }: Decompressor, { what, offset }: StoredBlock, cause: unknown): unknown {
  if (!isAppImageError(cause) || cause.code !== 'malformed') return cause;
  const { message } = cause.cause instanceof Error ? cause.cause : cause;
  return damaged('malformed', `its ${name} block can not be decompressed (${message})`, { what, offset, cause });
}

/** Makes an error about damage say which file it was met in; errors that say so already, and others, stay as they are. */
export function namePath(error: unknown, path: string): unknown {
  if (!isAppImageError(error) || error.path !== undefined) return error;
  const { code, message, offset } = error;
  if (code !== 'malformed' && code !== 'out-of-bounds') return error;
  const name = JSON.stringify(path === '' ? '/' : path);
  const text = message.includes(name)
    ? message
    : `Cannot read ${name} in the image: ${message.replace(/^Cannot (?:read|parse) /, '')}`;
  return new AppImageError(code, text, { path, cause: error, ...(offset === undefined ? {} : { offset }) });
}
