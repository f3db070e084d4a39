import { AppImageError } from '../../errors.ts';
import { checkRange, type ReadOptions } from '../../io/byte-source.ts';
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
import type { MetadataPlace, MetadataReader } from './metadata-reader.ts';

/** Linux allows 64 KiB for one value and for one list of names. */
const MAXIMUM_SET_SIZE = 16 * 1_048_576;
const MAXIMUM_VALUE_LENGTH = 65_536;
const VALUE_LENGTH_SIZE = 4;
const OUT_OF_LINE_SIZE = 8;

/** What an {@link XattrReader} is opened on. */
export interface XattrReaderOptions extends ReadOptions {
  readonly metadata: MetadataReader;
  /** Bytes of the source, within which the table must lie. */
  readonly sourceSize: number;
  /** Where the table's header is. */
  readonly tableStart: number;
}

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

  static async open(options: XattrReaderOptions): Promise<XattrReader> {
    const { metadata, tableStart, sourceSize } = options;
    const what = 'xattr table';
    checkRange(tableStart, XATTR_TABLE_HEADER_SIZE, sourceSize, `Cannot open SquashFS ${what}`);
    const bytes = await metadata.stored(tableStart, XATTR_TABLE_HEADER_SIZE, options);
    const header = new RecordReader(bytes, { what: `SquashFS ${what}`, base: tableStart });
    const { pairsStart, setCount } = parseXattrTableHeader(header);
    const sets = new LookupTable({
      metadata,
      sourceSize,
      pointersStart: tableStart + XATTR_TABLE_HEADER_SIZE,
      entrySize: XATTR_SET_SIZE,
      count: setCount,
      what,
    });
    return new XattrReader(metadata, sets, pairsStart);
  }

  /** The attributes of the set with that index, by full name. */
  async read(index: number, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    const { reference, count } = parseXattrSet(await this.#sets.entry(index, options));
    const take = this.#metadata.open(this.#place(reference), options);
    let total = 0;
    const next = async (length: number) => {
      total = checkedTotal(total + length);
      return take(length);
    };
    const xattrs = new Map<string, Uint8Array>();
    for (let pair = 0; pair < count; pair++) {
      const key = parseXattrKey(toRecord(await next(XATTR_ENTRY_SIZE)));
      const name = xattrName(key, await next(key.nameLength));
      const valueLength = toRecord(await next(VALUE_LENGTH_SIZE)).uint32(); // vsize
      const value = await next(valueLength); //                                value
      const content = key.outOfLine ? await this.#outOfLineValue(value, options) : value.slice();
      total = checkedTotal(total + (key.outOfLine ? content.length : 0));
      xattrs.set(name, content);
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
    const take = this.#metadata.open(this.#place(toRecord(pointer).bigUint64()), options);
    const length = toRecord(await take(VALUE_LENGTH_SIZE)).uint32();
    if (length > MAXIMUM_VALUE_LENGTH) {
      throw new AppImageError(
        'limit',
        `Cannot read xattr: value must be at most ${MAXIMUM_VALUE_LENGTH} bytes, found ${length}`,
      );
    }
    return (await take(length)).slice();
  }

  #place(reference: bigint): MetadataPlace {
    const { block, offset } = parseMetadataReference(reference);
    return { start: this.#pairsStart + block, offset };
  }
}

function toRecord(bytes: Uint8Array): RecordReader {
  return new RecordReader(bytes, { what: 'SquashFS xattr' });
}

function checkedTotal(total: number): number {
  if (total <= MAXIMUM_SET_SIZE) return total;
  throw new AppImageError(
    'limit',
    `Cannot read xattrs: a file's must be at most ${MAXIMUM_SET_SIZE} bytes, found ${total}`,
  );
}
