/*
 * The check after a block's compressed data, over its content.
 * Source: "The .xz File Format", section 3.4, in XZ Utils (doc/xz-file-format.txt).
 */
import { AppImageError } from '../../errors.ts';
import { crc32 } from '../../io/crc32.ts';
import { malformedBlock } from '../decompressed-block.ts';
import { crc64 } from './crc64.ts';

const NONE = 0;
const CRC32 = 1;
const CRC64 = 4;

/**
 * Refuses checks that can not be computed here, before anything is decompressed.
 *
 * @throws AppImageError `unsupported` for SHA-256 and for ids that have no meaning yet
 */
export function requireKnownCheck(checkId: number): void {
  if (checkId === NONE || checkId === CRC32 || checkId === CRC64) return;
  throw new AppImageError(
    'unsupported',
    `Cannot decompress xz block: its check must be none, CRC32 or CRC64, found id ${checkId}`,
  );
}

/**
 * Compares the stored check, of the size that belongs to `checkId`, with the content.
 *
 * @throws AppImageError `malformed` when they differ
 */
export function checkContent(checkId: number, stored: Uint8Array, content: Uint8Array): void {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  if (checkId === CRC32) compare(view.getUint32(0, true), crc32(content));
  if (checkId === CRC64) compare(view.getBigUint64(0, true), crc64(content));
}

function compare(stored: number | bigint, computed: number | bigint): void {
  if (stored === computed) return;
  const [expected, found] = [stored, computed].map((crc) => `0x${crc.toString(16)}`);
  throw malformedBlock('xz', `CRC of the content must be ${expected}, found ${found}`);
}
