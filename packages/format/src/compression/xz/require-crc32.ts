import { crc32 } from '../../io/crc32.ts';
import type { RecordReader } from '../../io/record-reader.ts';

/**
 * Compares a CRC that a record has with that of the bytes which it is about.
 *
 * @throws AppImageError `malformed` when they differ
 */
export function requireCrc32(record: RecordReader, stored: number, bytes: Uint8Array): void {
  const computed = crc32(bytes);
  if (stored === computed) return;
  throw record.malformed(`CRC must be 0x${computed.toString(16)}, found 0x${stored.toString(16)}`);
}
