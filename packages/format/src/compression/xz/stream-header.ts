/*
 * The first 12 bytes of an .xz stream.
 * Source: "The .xz File Format", section 2.1.1, in XZ Utils (doc/xz-file-format.txt).
 */
import { encodeHex } from '../../io/hex.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { requireCrc32 } from './require-crc32.ts';
import { readStreamFlags, type StreamFlags } from './stream-flags.ts';

export const STREAM_HEADER_SIZE = 12;

/** FD, "7zXZ", 00. */
const MAGIC = 'fd377a585a00';

/**
 * Parses a header.
 *
 * @throws AppImageError `malformed` when the magic, the CRC or a reserved bit is wrong
 */
export function parseStreamHeader(bytes: Uint8Array): StreamFlags {
  const record = new RecordReader(bytes, { what: 'xz stream header' });
  const magic = encodeHex(record.bytes(6)); //  0  Header Magic Bytes
  if (magic !== MAGIC) throw record.malformed(`magic must be 0x${MAGIC}, found 0x${magic}`, 0);
  const flags = readStreamFlags(record); //     6  Stream Flags
  const crc = record.uint32(); //               8  CRC32
  requireCrc32(record, crc, bytes.subarray(6, 8));
  return flags;
}
