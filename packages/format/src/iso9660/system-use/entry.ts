/*
 * System use entries: what extensions of ISO 9660 add to a directory record, each with a signature of two letters.
 * Source: System Use Sharing Protocol (IEEE P1281), version 1.12, section 4.
 */
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';

/** Bytes of an entry before what its signature defines. */
export const ENTRY_HEADER_SIZE = 4;

/** What one byte can say of an entry's length. */
export const MAXIMUM_ENTRY_LENGTH = 255;

/** Ends the entries of an area (ST). */
const TERMINATOR = 'ST';

/** One entry. */
export interface SystemUseEntry {
  /** Two letters. */
  readonly signature: string;
  readonly version: number;
  /** Cursor over what follows the header. */
  readonly record: RecordReader;
}

/**
 * Delivers the entries of an area. They end with a terminator, with padding, or with what can not be an entry: there are
 * writers that get the length of long ones wrong, and Linux reads their images.
 *
 * @param base where the area starts in the source
 */
export function* parseEntries(bytes: Uint8Array, base: number): Generator<SystemUseEntry, void, undefined> {
  for (let offset = 0; offset + ENTRY_HEADER_SIZE <= bytes.length; ) {
    const signature = String.fromCharCode(bytes[offset] as number, bytes[offset + 1] as number); // 0  Signature Word
    const length = bytes[offset + 2] as number; //  2  Length
    const version = bytes[offset + 3] as number; // 3  System Use Entry Version
    if (signature === TERMINATOR || length < ENTRY_HEADER_SIZE || offset + length > bytes.length) return;
    const record = new RecordReader(bytes.subarray(offset + ENTRY_HEADER_SIZE, offset + length), {
      what: `system use entry ${JSON.stringify(signature)}`,
      base: base + offset + ENTRY_HEADER_SIZE,
    });
    yield { signature, version, record };
    offset += length;
  }
}

/** Begins an entry of version 1 that has `length` bytes after its header. */
export function entryWriter(signature: string, length: number): RecordWriter {
  const total = ENTRY_HEADER_SIZE + length;
  return new RecordWriter(total)
    .uint8(signature.charCodeAt(0)) // 0  Signature Word
    .uint8(signature.charCodeAt(1))
    .uint8(total) //                   2  Length
    .uint8(1); //                      3  System Use Entry Version
}
