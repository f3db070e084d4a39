/*
 * A filter's entry in a block header: which it is, and its properties.
 * Source: "The .xz File Format", sections 3.1.5 and 5.3, in XZ Utils (doc/xz-file-format.txt).
 */
import { AppImageError } from '../../errors.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { decodeArm } from './filters/arm.ts';
import { decodeArmThumb } from './filters/arm-thumb.ts';
import { decodeArm64 } from './filters/arm64.ts';
import { decodeDelta } from './filters/delta.ts';
import { decodeIa64 } from './filters/ia64.ts';
import { decodePowerpc } from './filters/powerpc.ts';
import { decodeSparc } from './filters/sparc.ts';
import { decodeX86 } from './filters/x86.ts';
import { readMultibyteInteger } from './multibyte-integer.ts';

const DELTA = 0x03;
const LZMA2 = 0x21;

/** Dictionary sizes go from 4 KiB to 4 GiB; they are only checked, as the output is the dictionary. */
const LARGEST_DICTIONARY = 40;

/** Turns the addresses in machine code back into relative ones, in place; the first byte is at `startOffset` of the program. */
type BranchFilter = (bytes: Uint8Array, startOffset: number) => void;

/** Filters for machine code, by id; start offsets are multiples of the alignment. */
const BRANCH_FILTERS: ReadonlyMap<number, { readonly decode: BranchFilter; readonly alignment: number }> = new Map([
  [0x04, { decode: decodeX86, alignment: 1 }],
  [0x05, { decode: decodePowerpc, alignment: 4 }],
  [0x06, { decode: decodeIa64, alignment: 16 }],
  [0x07, { decode: decodeArm, alignment: 4 }],
  [0x08, { decode: decodeArmThumb, alignment: 2 }],
  [0x09, { decode: decodeSparc, alignment: 4 }],
  [0x0a, { decode: decodeArm64, alignment: 4 }],
]);

/** Undoes a filter on all of a block's content, in place. */
export type Filter = (content: Uint8Array) => void;

/**
 * Reads an entry; undefined for LZMA2, which is no filter in place but what all others come after.
 *
 * @throws AppImageError `malformed` for properties that break the format's rules, `unsupported` for another filter
 */
export function readFilterFlags(record: RecordReader): Filter | undefined {
  const start = record.position;
  const id = readMultibyteInteger(record); //               Filter ID
  const propertiesSize = readMultibyteInteger(record); //   Size of Properties
  const properties = record.bytes(propertiesSize); //       Filter Properties
  const wrong = (expected: string) =>
    record.malformed(`properties of filter ${id} must be ${expected}, found [${properties}]`, start);
  if (id === LZMA2) {
    if (propertiesSize !== 1 || (properties[0] as number) > LARGEST_DICTIONARY) {
      throw wrong(`a dictionary size of at most ${LARGEST_DICTIONARY}`);
    }
    return undefined;
  }
  if (id === DELTA) {
    if (propertiesSize !== 1) throw wrong('one byte of distance');
    const distance = (properties[0] as number) + 1;
    return (content) => decodeDelta(content, distance);
  }
  const branchFilter = BRANCH_FILTERS.get(id);
  if (branchFilter === undefined) {
    throw new AppImageError(
      'unsupported',
      `Cannot decompress xz block: its filters must be LZMA2, delta, or for x86, PowerPC, IA-64, ARM, ARM Thumb, SPARC or ARM64, found id 0x${id.toString(16)}`,
    );
  }
  const { decode, alignment } = branchFilter;
  const startOffset =
    propertiesSize === 4 ? new RecordReader(properties, { what: 'xz filter properties' }).uint32() : 0;
  if ((propertiesSize !== 0 && propertiesSize !== 4) || startOffset % alignment !== 0) {
    throw wrong(`none or a start offset that is a multiple of ${alignment}`);
  }
  return (content) => decode(content, startOffset);
}

/** The entry of LZMA2, with the smallest dictionary in which so much content has room. */
export function serializeLzma2Flags(contentLength: number): Uint8Array {
  let size = 0;
  while (dictionaryLength(size) < contentLength) size += 1;
  return Uint8Array.of(LZMA2, 1, size); // Filter ID, Size of Properties, Filter Properties
}

/** Powers of two from 4 KiB on, and one and a half times each. */
function dictionaryLength(size: number): number {
  return (2 + (size % 2)) * 2 ** (Math.floor(size / 2) + 11);
}
