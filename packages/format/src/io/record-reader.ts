import { AppImageError } from '../errors.ts';

/** How to read a record, and what to say about it when it is short. */
export interface RecordReaderOptions {
  /** Names the record in messages: "SquashFS superblock". A function is asked only where there is a message. */
  readonly what: string | (() => string);
  /** Where the record starts in the source, for messages. Default 0. */
  readonly base?: number;
  /** Whether `base` is the start of a compressed block that the record is somewhere in: errors then name that place. */
  readonly compressed?: boolean;
  readonly byteOrder?: ByteOrder;
  /**
   * Asked where a field lies beyond the bytes that were given: the record's first `length` bytes or more, or as many as there
   * are. Default: there are no more.
   */
  readonly more?: (length: number) => Uint8Array;
}

export type ByteOrder = 'little-endian' | 'big-endian';

/** Reads the fields of an on-disk record one after the other; every access is checked against the record's end. */
export class RecordReader {
  readonly #what: string | (() => string);
  readonly #base: number;
  readonly #compressed: boolean;
  readonly #littleEndian: boolean;
  readonly #more: ((length: number) => Uint8Array) | undefined;
  #view: DataView;
  #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array, options: RecordReaderOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = options.what;
    this.#base = options.base ?? 0;
    this.#compressed = options.compressed ?? false;
    this.#littleEndian = options.byteOrder !== 'big-endian';
    this.#more = options.more;
  }

  /** Bytes consumed so far. */
  get position(): number {
    return this.#position;
  }

  /** Goes to a position in the record, or among the records that these bytes have. */
  seek(position: number): void {
    this.#position = position;
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  uint8(): number {
    const at = this.#advance(1); // which may renew the view
    return this.#view.getUint8(at);
  }

  uint16(): number {
    const at = this.#advance(2); // which may renew the view
    return this.#view.getUint16(at, this.#littleEndian);
  }

  int16(): number {
    const at = this.#advance(2); // which may renew the view
    return this.#view.getInt16(at, this.#littleEndian);
  }

  uint32(): number {
    const at = this.#advance(4); // which may renew the view
    return this.#view.getUint32(at, this.#littleEndian);
  }

  /** A 64-bit field that may use all of its bits, such as an "absent" marker or a set of flags. */
  bigUint64(): bigint {
    const at = this.#advance(8); // which may renew the view
    return this.#view.getBigUint64(at, this.#littleEndian);
  }

  /**
   * A 64-bit size or offset.
   *
   * @throws AppImageError `malformed` above 2^53 - 1, which no real file reaches
   */
  uint64(): number {
    const at = this.#position;
    const value = this.bigUint64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.malformed(`64-bit field must be below 2^53, found 0x${value.toString(16)}`, at);
    }
    return Number(value);
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Passes over `length` bytes that nobody needs. */
  skip(length: number): void {
    this.#advance(length);
  }

  /** Makes the error for a field that breaks the format's rules; `at` is its position in the record. */
  malformed(message: string, at = this.#position): AppImageError {
    return new AppImageError('malformed', `Cannot parse ${this.#name}: ${message}`, { offset: this.#locate(at) });
  }

  get #name(): string {
    return typeof this.#what === 'string' ? this.#what : this.#what();
  }

  #locate(position: number): number {
    return this.#compressed ? this.#base : this.#base + position;
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) this.#extend(start, length);
    this.#position = start + length;
    return start;
  }

  #extend(start: number, length: number): void {
    this.#bytes = this.#more?.(start + length) ?? this.#bytes;
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    const found = this.#bytes.length - start;
    if (length <= found) return;
    const at = this.#locate(start);
    throw new AppImageError(
      'out-of-bounds',
      `Cannot parse ${this.#name}: expected ${length} more bytes at offset ${at}, found ${found}`,
      { offset: at },
    );
  }
}
