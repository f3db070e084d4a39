/*
 * The header of an LZMA2 chunk: 1 byte at the end of the data, 3 bytes for a chunk that is stored, 5 or 6 for a compressed one.
 * Sizes are stored less one and in big-endian order.
 * Source: the LZMA2 decoders of the LZMA SDK (Lzma2Dec.c) and of XZ Embedded (xz_dec_lzma2.c); the format has no other description.
 */
import { RecordReader } from '../../io/record-reader.ts';
import { type LzmaProperties, MOST_LITERAL_BITS, parseLzmaProperties } from '../lzma/lzma-properties.ts';

const END = 0x00;
const STORED_NEW_DICTIONARY = 0x01;
const STORED = 0x02;
const COMPRESSED = 0x80;

/** What compressed chunks begin with, each including those before: nothing, a new state, new properties, a new dictionary. */
const NEW_STATE = 0xa0;
const NEW_PROPERTIES = 0xc0;
const NEW_DICTIONARY = 0xe0;

export interface Lzma2Chunk {
  readonly headerSize: number;
  readonly isCompressed: boolean;
  /** Bytes after the header. */
  readonly dataSize: number;
  /** Bytes of content. */
  readonly contentSize: number;
  readonly newDictionary: boolean;
  readonly newState: boolean;
  readonly newProperties: LzmaProperties | undefined;
}

/**
 * Parses the header at the start of `bytes`; undefined at the end of the data. `base` is where it stands, for messages.
 *
 * @throws AppImageError `malformed` for a kind of chunk or properties that do not exist
 */
export function parseLzma2Chunk(bytes: Uint8Array, base: number): Lzma2Chunk | undefined {
  const record = new RecordReader(bytes, { what: 'LZMA2 chunk', base, byteOrder: 'big-endian' });
  const control = record.uint8(); //                          0  control
  if (control === END) return undefined;
  if (control < COMPRESSED) {
    if (control > STORED) throw record.malformed(`control byte must be known, found 0x${control.toString(16)}`, 0);
    const contentSize = record.uint16() + 1; //               1  content size
    return {
      headerSize: record.position,
      isCompressed: false,
      dataSize: contentSize,
      contentSize,
      newDictionary: control === STORED_NEW_DICTIONARY,
      newState: false,
      newProperties: undefined,
    };
  }
  const highBits = (control & 0x1f) * 0x1_0000; //            0  bits 16 to 20 of the content size
  const contentSize = highBits + record.uint16() + 1; //      1  content size
  const dataSize = record.uint16() + 1; //                    3  data size
  return {
    newProperties: control < NEW_PROPERTIES ? undefined : readProperties(record), // 5  properties
    headerSize: record.position,
    isCompressed: true,
    dataSize,
    contentSize,
    newDictionary: control >= NEW_DICTIONARY,
    newState: control >= NEW_STATE,
  };
}

function readProperties(record: RecordReader): LzmaProperties {
  const byte = record.uint8();
  const properties = parseLzmaProperties(byte);
  if (properties === undefined) {
    throw record.malformed(`properties must be valid with lc + lp of at most ${MOST_LITERAL_BITS}, found ${byte}`, 5);
  }
  return properties;
}
