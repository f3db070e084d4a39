import { AppImageError } from '../errors.ts';

/** How to read a record, and what to say about it when it is short. */
export interface RecordReaderOptions {
  /** Names the record in messages: "SquashFS superblock". */
  readonly what: string;
  /** Where the record starts in the source, for messages. Default 0. */
  readonly base?: number;
  readonly byteOrder?: ByteOrder;
}

export type ByteOrder = 'little-endian' | 'big-endian';

/** Reads the fields of an on-disk record one after the other; every access is checked against the record's end. */
export class RecordReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #what: string;
  readonly #base: number;
  readonly #littleEndian: boolean;
  #position = 0;

  constructor(bytes: Uint8Array, { what, base = 0, byteOrder = 'little-endian' }: RecordReaderOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#base = base;
    this.#littleEndian = byteOrder === 'little-endian';
  }

  /** Bytes consumed so far. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), this.#littleEndian);
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2), this.#littleEndian);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), this.#littleEndian);
  }

  /** A 64-bit field that may use all of its bits, such as an "absent" marker or a set of flags. */
  bigUint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), this.#littleEndian);
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
    return new AppImageError('malformed', `Cannot parse ${this.#what}: ${message}`, { offset: this.#base + at });
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) {
      throw new AppImageError(
        'out-of-bounds',
        `Cannot parse ${this.#what}: expected ${length} more bytes at offset ${this.#base + start}, found ${this.#bytes.length - start}`,
        { offset: this.#base + start },
      );
    }
    this.#position = start + length;
    return start;
  }
}
