import { AppImageError } from '../errors.ts';

/** Options of everything that reads. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Random access to immutable bytes: a buffer, a Blob, a file, a URL read by ranges. */
export interface ByteSource {
  /** Length of the whole in bytes. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset` on; never fewer. The result may share memory with the source: it must not
   * be written to.
   *
   * @throws AppImageError `out-of-bounds` when the range leaves the source, `io` when reading fails
   */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * Says that these bytes will be wanted soon. A source where each read is dear (the network) fetches them at once and
   * keeps them; others have no such method. Never fails: what goes wrong shows when the bytes are read.
   */
  prefetch?(offset: number, length: number): void;
  /** Where the bytes are on disk, so that others can read them from there by themselves; only while the source is open. */
  readonly file?: OpenFilePart;
}

/** Where bytes begin in a file that the process has open. */
export interface OpenFilePart {
  readonly descriptor: number;
  readonly offset: number;
}

/** A {@link ByteSource} that holds a resource until it is closed. */
export interface ClosableByteSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>;
}

/** Throws unless `offset` and `length` are safe non-negative integers and the range lies within `size` bytes. */
export function checkRange(offset: number, length: number, size: number, action = 'Cannot read bytes'): void {
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(`${action}: offset and length must be non-negative integers, found ${offset} and ${length}`);
  }
  if (offset + length > size) {
    throw new AppImageError(
      'out-of-bounds',
      `${action}: range must end within ${size} bytes, found ${length} bytes at offset ${offset}`,
      { offset },
    );
  }
}

/** A source over bytes in memory; reads are views, not copies. */
export function bufferSource(buffer: Uint8Array): ByteSource {
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length); // the `slice` of Node's Buffer does not copy
  return {
    size: bytes.length,
    async read(offset, length, { signal } = {}) {
      signal?.throwIfAborted();
      checkRange(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** A source over a `Blob` or a `File` that the user dropped on a page. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(offset, length, { signal } = {}) {
      signal?.throwIfAborted();
      checkRange(offset, length, blob.size);
      const bytes = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      if (bytes.length !== length) {
        throw new AppImageError('io', `Cannot read blob: expected ${length} bytes, found ${bytes.length}`, { offset });
      }
      return bytes;
    },
  };
}

/** The part of `source` from `offset` on, as a source of its own with offsets from zero. */
export function windowSource(source: ByteSource, offset: number, length?: number): ByteSource {
  checkRange(offset, length ?? 0, source.size, 'Cannot open window');
  const size = length ?? source.size - offset;
  const { file } = source;
  const prefetch = (at: number, count: number) => {
    const end = Math.min(at + count, size);
    if (at >= 0 && at < end) source.prefetch?.(offset + at, end - at);
  };
  return {
    size,
    async read(at, count, options) {
      checkRange(at, count, size);
      return source.read(offset + at, count, options);
    },
    ...(source.prefetch && { prefetch }),
    ...(file && { file: { descriptor: file.descriptor, offset: file.offset + offset } }),
  };
}
