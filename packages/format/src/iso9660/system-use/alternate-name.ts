/*
 * NM: the name of a file as POSIX knows it.
 * Source: Rock Ridge Interchange Protocol, section 4.1.4.
 */
import type { RecordReader } from '../../io/record-reader.ts';
import { ENTRY_HEADER_SIZE, entryWriter, MAXIMUM_ENTRY_LENGTH } from './entry.ts';

/** Bytes of an entry without its name. */
const ALTERNATE_NAME_SIZE = ENTRY_HEADER_SIZE + 1;

const MAXIMUM_PIECE_LENGTH = MAXIMUM_ENTRY_LENGTH - ALTERNATE_NAME_SIZE;

/** Bits of the flags. */
const CONTINUE = 0x01;
const CURRENT_OR_PARENT = 0x06;

/** A piece of the name, or `undefined` where the entry stands for "." or "..", whose names everybody knows. */
export function parseAlternateName(record: RecordReader): Uint8Array | undefined {
  const flags = record.uint8(); //             4  Flags
  const piece = record.bytes(record.remaining); // 5  Name Content
  return (flags & CURRENT_OR_PARENT) === 0 ? piece : undefined;
}

/** The entries of a name: two where it has more than 250 bytes. */
export function serializeAlternateName(name: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let offset = 0; offset < name.length; offset += MAXIMUM_PIECE_LENGTH) {
    const piece = name.subarray(offset, offset + MAXIMUM_PIECE_LENGTH);
    const last = offset + piece.length === name.length;
    entries.push(
      entryWriter('NM', 1 + piece.length)
        .uint8(last ? 0 : CONTINUE) // 4  Flags
        .set(piece).bytes, //          5  Name Content
    );
  }
  return entries;
}
