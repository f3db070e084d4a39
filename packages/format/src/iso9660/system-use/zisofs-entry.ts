/*
 * ZF, also written Z2: says that a file is compressed.
 * Source: zisofs_format.txt and zisofs2_format.txt of libisofs.
 */
import { decodeFileName } from '../../io/file-name.ts';
import type { RecordReader } from '../../io/record-reader.ts';
import { readBothEndian32, writeBothEndian32 } from '../both-endian.ts';
import { entryWriter } from './entry.ts';

export const ZISOFS_ENTRY_SIZE = 16;

/** How a file is compressed. What is not checked here is checked when its content is read. */
export interface ZisofsEntry {
  readonly version: number;
  /** Two letters: `pz` is zlib in version 1, `PZ` in version 2. */
  readonly algorithm: string;
  /** Bytes of the header in front of the block pointers. */
  readonly headerSize: number;
  /** Power of two of the block size. */
  readonly blockShift: number;
  /** Bytes of the file when it is decompressed. */
  readonly size: number;
}

/** @throws AppImageError `malformed` for a size above 2^53 - 1 */
export function parseZisofsEntry(record: RecordReader, version: number): ZisofsEntry {
  const algorithm = decodeFileName(record.bytes(2)); //  4  Algorithm
  const headerSize = record.uint8() * 4; //              6  Header Size Div 4
  const blockShift = record.uint8(); //                  7  Log2 of Block Size
  const size = parseSize(record, version); //            8  Uncompressed Size
  return { version, algorithm, headerSize, blockShift, size };
}

/** Serializes an entry of version 1. */
export function serializeZisofsEntry({ headerSize, blockShift, size }: ZisofsEntry): Uint8Array {
  const writer = entryWriter('ZF', ZISOFS_ENTRY_SIZE - 4)
    .set(Uint8Array.of(0x70, 0x7a)) //           4  Algorithm: "pz"
    .uint8(headerSize / 4) //                    6  Header Size Div 4
    .uint8(blockShift); //                       7  Log2 of Block Size
  return writeBothEndian32(writer, size).bytes; // 8  Uncompressed Size
}

/** Nobody knows how other versions write it. */
function parseSize(record: RecordReader, version: number): number {
  if (version === 1) return readBothEndian32(record);
  return version === 2 ? record.uint64() : 0;
}
