import type { ByteOrder } from './record-reader.ts';

/** Fills an on-disk record of a known size field by field; writing past its end is a `RangeError`. */
export class RecordWriter {
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  #position = 0;
  /** The whole record. */
  readonly bytes: Uint8Array;

  constructor(size: number, byteOrder: ByteOrder = 'little-endian') {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
    this.#littleEndian = byteOrder === 'little-endian';
  }

  uint8(value: number): this {
    this.#view.setUint8(this.#advance(1), value);
    return this;
  }

  uint16(value: number): this {
    this.#view.setUint16(this.#advance(2), value, this.#littleEndian);
    return this;
  }

  int16(value: number): this {
    this.#view.setInt16(this.#advance(2), value, this.#littleEndian);
    return this;
  }

  uint32(value: number): this {
    this.#view.setUint32(this.#advance(4), value, this.#littleEndian);
    return this;
  }

  uint64(value: number | bigint): this {
    this.#view.setBigUint64(this.#advance(8), BigInt(value), this.#littleEndian);
    return this;
  }

  set(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#advance(bytes.length));
    return this;
  }

  #advance(length: number): number {
    const start = this.#position;
    if (start + length > this.bytes.length) throw new RangeError('Cannot serialize record: it is longer than its size');
    this.#position = start + length;
    return start;
  }
}
