/*
 * The header of a section. A DwarFS image is nothing but sections behind each other, since version 2.2 each with a header like this.
 * Source: dwarfs-format(5), "File Structure", for version 2.5; include/dwarfs/fstypes.h and compression.h of mhx/dwarfs.
 */
import { AppImageError } from '../errors.ts';
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

export const SECTION_HEADER_SIZE = 64;

/** Where what the SHA-512/256 covers begins; it goes on to the end of the section's data. */
export const SHA_START = 40;

/** Where what the XXH3-64 covers begins; it goes on to the end of the section's data. */
export const XXH3_START = 48;

/** "DWARFS". */
export const DWARFS_MAGIC: readonly number[] = [0x44, 0x57, 0x41, 0x52, 0x46, 0x53];

export const MAJOR_VERSION = 2;
/** Before, sections had no hashes; the tools that wrote them are of 2020. */
const LOWEST_MINOR_VERSION = 2;
/** A higher number says that older readers must not try. */
const HIGHEST_MINOR_VERSION = 5;

/** What sections are for, by their numbers. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [0, 'block'],
  [7, 'metadata-schema'],
  [8, 'metadata'],
  [9, 'section-index'],
  [10, 'history'],
]);

/** Compressions by their numbers, as `mkdwarfs` spells them. */
const COMPRESSIONS: readonly string[] = ['none', 'lzma', 'zstd', 'lz4', 'lz4hc', 'brotli', 'flac', 'ricepp'];

/** What a section is for; `type-N` for numbers that are not known. */
export type DwarfsSectionType =
  | 'block'
  | 'metadata-schema'
  | 'metadata'
  | 'section-index'
  | 'history'
  | `type-${number}`;

/** How a section is compressed, as `mkdwarfs` spells it; `compression-N` for numbers that are not known. */
export type DwarfsCompression =
  | 'none'
  | 'lzma'
  | 'zstd'
  | 'lz4'
  | 'lz4hc'
  | 'brotli'
  | 'flac'
  | 'ricepp'
  | `compression-${number}`;

/** The header's fields. */
export interface DwarfsSectionHeader {
  readonly minorVersion: number;
  /** SHA-512/256 of the rest of the header, from byte 40 on, and of the data. */
  readonly sha512of256: Uint8Array;
  /** XXH3-64 of the rest of the header, from byte 48 on, and of the data. */
  readonly xxh3: bigint;
  /** Counted from zero. */
  readonly number: number;
  readonly type: DwarfsSectionType;
  readonly compression: DwarfsCompression;
  /** Bytes of data behind the header. */
  readonly length: number;
}

/** Whether a section may begin with these bytes, six or more. */
export function isDwarfsMagic(bytes: Uint8Array): boolean {
  return DWARFS_MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * Parses a header; `base` is where it was found.
 *
 * @throws AppImageError `malformed` for another magic, `unsupported` for versions other than 2.2 to 2.5, `out-of-bounds`
 *   when it is cut off
 */
export function parseSectionHeader(bytes: Uint8Array, base = 0): DwarfsSectionHeader {
  const record = new RecordReader(bytes, { what: 'DwarFS section header', base });
  const magic = record.bytes(6); //          0  magic
  if (!isDwarfsMagic(magic)) throw record.malformed('magic must be "DWARFS"', 0);
  const major = record.uint8(); //           6  major version
  const minorVersion = record.uint8(); //    7  minor version
  if (major !== MAJOR_VERSION || minorVersion < LOWEST_MINOR_VERSION || minorVersion > HIGHEST_MINOR_VERSION) {
    const expected = `${MAJOR_VERSION}.${LOWEST_MINOR_VERSION} to ${MAJOR_VERSION}.${HIGHEST_MINOR_VERSION}`;
    throw new AppImageError(
      'unsupported',
      `Cannot read DwarFS image: version must be ${expected}, found ${major}.${minorVersion}`,
      { offset: base },
    );
  }
  return {
    minorVersion,
    sha512of256: record.bytes(32), //                 8  SHA-512/256 integrity hash
    xxh3: record.bigUint64(), //                     40  XXH3-64 hash
    number: record.uint32(), //                      48  section number
    type: sectionType(record.uint16()), //           52  section type
    compression: compressionName(record.uint16()), // 54  compression algorithm
    length: record.uint64(), //                      56  length of remaining data
  };
}

/**
 * Serializes a header.
 *
 * @throws RangeError for a type or compression without a number
 */
export function serializeSectionHeader(header: DwarfsSectionHeader): Uint8Array {
  return new RecordWriter(SECTION_HEADER_SIZE)
    .set(Uint8Array.from(DWARFS_MAGIC)) //        0  magic
    .uint8(MAJOR_VERSION) //                      6  major version
    .uint8(header.minorVersion) //                7  minor version
    .set(header.sha512of256) //                   8  SHA-512/256 integrity hash
    .uint64(header.xxh3) //                      40  XXH3-64 hash
    .uint32(header.number) //                    48  section number
    .uint16(sectionTypeNumber(header.type)) //   52  section type
    .uint16(compressionNumber(header.compression)) // 54  compression algorithm
    .uint64(header.length).bytes; //             56  length of remaining data
}

/** The type with that number, as headers and the section index have it. */
export function sectionType(number: number): DwarfsSectionType {
  return (TYPES.get(number) ?? `type-${number}`) as DwarfsSectionType;
}

/**
 * The number of a type.
 *
 * @throws RangeError for a type without a number
 */
export function sectionTypeNumber(type: DwarfsSectionType): number {
  const [number] = [...TYPES].find(([, name]) => name === type) ?? [Number.parseInt(type.replace('type-', ''), 10)];
  if (Number.isInteger(number)) return number;
  throw new RangeError(`Cannot serialize DwarFS section: its type must be known, found ${type}`);
}

function compressionName(number: number): DwarfsCompression {
  return (COMPRESSIONS[number] ?? `compression-${number}`) as DwarfsCompression;
}

function compressionNumber(compression: DwarfsCompression): number {
  const index = COMPRESSIONS.indexOf(compression);
  const number = index >= 0 ? index : Number.parseInt(compression.replace('compression-', ''), 10);
  if (Number.isInteger(number)) return number;
  throw new RangeError(`Cannot serialize DwarFS section: its compression must be known, found ${compression}`);
}
