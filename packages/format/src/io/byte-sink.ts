import { checkRange } from './byte-source.ts';

/** Random-access output: the mirror of a byte source. */
export interface ByteSink {
  /**
   * Writes all of `bytes` at `offset`, extending the output where needed. The caller must not change `bytes` before the
   * promise settles.
   *
   * @throws AppImageError `io` when writing fails
   */
  write(offset: number, bytes: Uint8Array): Promise<void>;
}

/** The part of `sink` from `offset` on, as a sink of its own with offsets from zero. */
export function windowSink(sink: ByteSink, offset: number): ByteSink {
  checkRange(offset, 0, Number.MAX_SAFE_INTEGER, 'Cannot open window');
  return {
    async write(at, bytes) {
      checkRange(at, bytes.length, Number.MAX_SAFE_INTEGER - offset, 'Cannot write bytes');
      await sink.write(offset + at, bytes);
    },
  };
}

/** A sink into memory that grows as it is written to. */
export interface MemorySink extends ByteSink {
  /** What was written so far, unwritten gaps as zeros; a view, valid until the next write. */
  readonly bytes: Uint8Array;
}

/** Makes an empty {@link MemorySink}. */
export function memorySink(): MemorySink {
  let buffer = new Uint8Array(65_536);
  let size = 0;
  return {
    get bytes() {
      return buffer.subarray(0, size);
    },
    async write(offset, bytes) {
      checkRange(offset, bytes.length, Number.MAX_SAFE_INTEGER, 'Cannot write bytes');
      const end = offset + bytes.length;
      if (end > buffer.length) {
        const larger = new Uint8Array(Math.max(end, buffer.length * 2));
        larger.set(buffer);
        buffer = larger;
      }
      buffer.set(bytes, offset);
      size = Math.max(size, end);
    },
  };
}
