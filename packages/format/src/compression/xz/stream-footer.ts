/*
 * The last 12 bytes of an .xz stream.
 * Source: "The .xz File Format", section 2.1.2, in XZ Utils (doc/xz-file-format.txt).
 */
import { crc32 } from '../../io/crc32.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { requireCrc32 } from './require-crc32.ts';
import { readStreamFlags, type StreamFlags, serializeStreamFlags } from './stream-flags.ts';

export const STREAM_FOOTER_SIZE = 12;

/** "YZ", read as a little-endian number. */
const MAGIC = 0x5a59;

export interface StreamFooter {
  /** Bytes of the index, which is right before the footer. */
  readonly indexSize: number;
  readonly flags: StreamFlags;
}

/**
 * Parses a footer; `base` is where it stands, for messages.
 *
 * @throws AppImageError `malformed` when the magic, the CRC or a reserved bit is wrong
 */
export function parseStreamFooter(bytes: Uint8Array, base: number): StreamFooter {
  const record = new RecordReader(bytes, { what: 'xz stream footer', base });
  const crc = record.uint32(); //             0  CRC32
  const backwardSize = record.uint32(); //    4  Backward Size
  const flags = readStreamFlags(record); //   8  Stream Flags
  const magic = record.uint16(); //          10  Footer Magic Bytes
  if (magic !== MAGIC)
    throw record.malformed(`magic must be 0x5a59, found 0x${magic.toString(16).padStart(4, '0')}`, 10);
  requireCrc32(record, crc, bytes.subarray(4, 10));
  return { indexSize: (backwardSize + 1) * 4, flags };
}

/** The mirror of {@link parseStreamFooter}. */
export function serializeStreamFooter({ indexSize, flags }: StreamFooter): Uint8Array {
  const checked = new RecordWriter(6)
    .uint32(indexSize / 4 - 1) //             4  Backward Size
    .set(serializeStreamFlags(flags)).bytes; // 8  Stream Flags
  return new RecordWriter(STREAM_FOOTER_SIZE)
    .uint32(crc32(checked)) //                0  CRC32
    .set(checked)
    .uint16(MAGIC).bytes; //                 10  Footer Magic Bytes
}
