import { AppImageError } from '../../errors.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { parseMetadataReference } from '../metadata-block.ts';
import {
  parseXattrKey,
  parseXattrSet,
  parseXattrTableHeader,
  XATTR_ENTRY_SIZE,
  XATTR_SET_SIZE,
  XATTR_TABLE_HEADER_SIZE,
  xattrName,
} from '../xattr.ts';
import { LookupTable } from './lookup-table.ts';
import type { MetadataReader } from './metadata-reader.ts';

/** Linux allows 64 KiB for one value and for one list of names. */
const MAXIMUM_SET_SIZE = 16 * 1_048_576;
const MAXIMUM_VALUE_LENGTH = 65_536;
const OUT_OF_LINE_SIZE = 8;

/** Reads the sets of extended attributes of an image. */
export class XattrReader {
  readonly #metadata: MetadataReader;
  readonly #sets: LookupTable;
  readonly #pairsStart: number;

  private constructor(metadata: MetadataReader, sets: LookupTable, pairsStart: number) {
    this.#metadata = metadata;
    this.#sets = sets;
    this.#pairsStart = pairsStart;
  }

  static async open(source: ByteSource, metadata: MetadataReader, tableStart: number): Promise<XattrReader> {
    const what = 'xattr table';
    const header = new RecordReader(await source.read(tableStart, XATTR_TABLE_HEADER_SIZE), {
      what: `SquashFS ${what}`,
      base: tableStart,
    });
    const { pairsStart, setCount } = parseXattrTableHeader(header);
    const pointersStart = tableStart + XATTR_TABLE_HEADER_SIZE;
    const sets = new LookupTable({
      source,
      metadata,
      pointersStart,
      entrySize: XATTR_SET_SIZE,
      count: setCount,
      what,
    });
    return new XattrReader(metadata, sets, pairsStart);
  }

  /** The attributes of the set with that index, by full name. */
  async read(index: number, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    const { reference, count, size } = parseXattrSet(await this.#sets.entry(index, options));
    if (size > MAXIMUM_SET_SIZE) {
      throw new AppImageError(
        'limit',
        `Cannot read xattrs: set must be at most ${MAXIMUM_SET_SIZE} bytes, found ${size}`,
      );
    }
    const place = parseMetadataReference(reference);
    const record = new RecordReader(await this.#metadata.read(this.#pairsStart, place, size, options), {
      what: 'SquashFS xattrs',
    });
    const xattrs = new Map<string, Uint8Array>();
    for (let pair = 0; pair < count; pair++) {
      const key = parseXattrKey(record);
      const name = xattrName(key, record.bytes(key.nameLength));
      const valueLength = record.uint32(); //  vsize
      const value = record.bytes(valueLength); // value
      xattrs.set(name, key.outOfLine ? await this.#outOfLineValue(value, options) : value.slice());
    }
    return xattrs;
  }

  async #outOfLineValue(pointer: Uint8Array, options?: ReadOptions): Promise<Uint8Array> {
    if (pointer.length !== OUT_OF_LINE_SIZE) {
      throw new AppImageError(
        'malformed',
        `Cannot read xattr: reference to a value must have ${OUT_OF_LINE_SIZE} bytes, found ${pointer.length}`,
      );
    }
    const place = parseMetadataReference(new RecordReader(pointer, { what: 'SquashFS xattr' }).bigUint64());
    const take = this.#metadata.open(this.#pairsStart, place, options);
    const length = new RecordReader(await take(XATTR_ENTRY_SIZE), { what: 'SquashFS xattr' }).uint32();
    if (length > MAXIMUM_VALUE_LENGTH) {
      throw new AppImageError(
        'limit',
        `Cannot read xattr: value must be at most ${MAXIMUM_VALUE_LENGTH} bytes, found ${length}`,
      );
    }
    return (await take(XATTR_ENTRY_SIZE + length)).slice(XATTR_ENTRY_SIZE);
  }
}
