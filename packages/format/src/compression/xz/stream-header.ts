/*
 * The first 12 bytes of an .xz stream.
 * Source: "The .xz File Format", section 2.1.1, in XZ Utils (doc/xz-file-format.txt).
 */
import { crc32 } from '../../io/crc32.ts';
import { encodeHex } from '../../io/hex.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { requireCrc32 } from './require-crc32.ts';
import { readStreamFlags, type StreamFlags, serializeStreamFlags } from './stream-flags.ts';

export const STREAM_HEADER_SIZE = 12;

/** FD, "7zXZ", 00. */
const MAGIC_BYTES = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0);
const MAGIC = encodeHex(MAGIC_BYTES);

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

/** The mirror of {@link parseStreamHeader}. */
export function serializeStreamHeader(flags: StreamFlags): Uint8Array {
  const bytes = serializeStreamFlags(flags);
  return new RecordWriter(STREAM_HEADER_SIZE)
    .set(MAGIC_BYTES) //          0  Header Magic Bytes
    .set(bytes) //                     6  Stream Flags
    .uint32(crc32(bytes)).bytes; //    8  CRC32
}
