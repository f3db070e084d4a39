import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { END_RECORD_SIZE } from '../end-record.ts';
import { ZIP64_END_LOCATOR_SIZE } from '../zip64-end-locator.ts';
import { ZIP64_END_RECORD_SIZE } from '../zip64-end-record.ts';

const MAXIMUM_COMMENT_LENGTH = 0xffff;

/** All that can be behind the central directory of an archive that ends where the source does. */
const TAIL_LENGTH = ZIP64_END_RECORD_SIZE + ZIP64_END_LOCATOR_SIZE + END_RECORD_SIZE + MAXIMUM_COMMENT_LENGTH;

/** The end of a source, read at once. A small archive is in it as a whole. */
export interface Tail {
  /** Where the bytes are in the source. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** The source they are of, which does not read them a second time. */
  readonly source: ByteSource;
}

/** Reads the part of a source in which the end record of an archive is looked for. */
export async function readTail(source: ByteSource, options?: ReadOptions): Promise<Tail> {
  const offset = Math.max(0, source.size - TAIL_LENGTH);
  const bytes = await source.read(offset, source.size - offset, options);
  return { offset, bytes, source: withTail(source, offset, bytes) };
}

function withTail(source: ByteSource, tailOffset: number, bytes: Uint8Array): ByteSource {
  return {
    size: source.size,
    async read(offset, length, options) {
      options?.signal?.throwIfAborted();
      const isWithin = offset >= tailOffset && length >= 0 && offset + length <= source.size;
      if (isWithin) return bytes.subarray(offset - tailOffset, offset - tailOffset + length);
      return source.read(offset, length, options);
    },
  };
}
