/*
 * The index between the last block and the footer: how large each block is.
 * Source: "The .xz File Format", section 4, in XZ Utils (doc/xz-file-format.txt).
 */
import { concatBytes } from '../../io/concat-bytes.ts';
import { crc32 } from '../../io/crc32.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { readMultibyteInteger, serializeMultibyteInteger } from './multibyte-integer.ts';
import { requireCrc32 } from './require-crc32.ts';

const CRC_SIZE = 4;

/** Each record has two numbers of at least one byte. */
const SMALLEST_RECORD = 2;

export interface BlockRecord {
  /** Bytes of the block without its padding. */
  readonly unpaddedSize: number;
  /** Bytes of its content. */
  readonly contentSize: number;
}

/**
 * Parses all of an index, from its zero byte to its CRC; `base` is where it stands, for messages.
 *
 * @throws AppImageError `malformed` when the CRC, the padding or the number of records is wrong
 */
export function parseBlockIndex(bytes: Uint8Array, base: number): BlockRecord[] {
  const crcStart = bytes.length - CRC_SIZE;
  const record = new RecordReader(bytes.subarray(0, crcStart), { what: 'xz index', base });
  const crc = new RecordReader(bytes.subarray(crcStart), { what: 'xz index', base: base + crcStart }).uint32();
  requireCrc32(record, crc, bytes.subarray(0, crcStart));
  const indicator = record.uint8(); //             0  Index Indicator
  if (indicator !== 0) throw record.malformed(`its first byte must be 0, found ${indicator}`, 0);
  const count = readMultibyteInteger(record); //   1  Number of Records
  const most = Math.floor(record.remaining / SMALLEST_RECORD);
  if (count > most) throw record.malformed(`it must have at most ${most} records, found ${count}`, 1);
  const blocks = Array.from({ length: count }, () => ({
    unpaddedSize: readMultibyteInteger(record), // Unpadded Size
    contentSize: readMultibyteInteger(record), //  Uncompressed Size
  }));
  if (record.remaining > 3 || !isAllZeros(record.bytes(record.remaining))) {
    throw record.malformed('padding must be at most 3 zeros, found something else');
  }
  return blocks;
}

/** The mirror of {@link parseBlockIndex}. */
export function serializeBlockIndex(blocks: readonly BlockRecord[]): Uint8Array {
  const numbers = [blocks.length, ...blocks.flatMap(({ unpaddedSize, contentSize }) => [unpaddedSize, contentSize])];
  const records = concatBytes(numbers.map(serializeMultibyteInteger));
  const size = Math.ceil((1 + records.length) / 4) * 4;
  const checked = new RecordWriter(size)
    .uint8(0) //                0  Index Indicator
    .set(records).bytes; //     1  Number of Records, List of Records, Index Padding
  return new RecordWriter(size + CRC_SIZE).set(checked).uint32(crc32(checked)).bytes; // size  CRC32
}
