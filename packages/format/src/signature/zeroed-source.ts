import type { ByteSource } from '../io/byte-source.ts';

/** A part of a file that is to read as zeros. */
export interface ZeroedRange {
  readonly offset: number;
  readonly size: number;
}

/** The source with some of its ranges reading as zeros. */
export function zeroedSource(source: ByteSource, ranges: readonly ZeroedRange[]): ByteSource {
  return {
    size: source.size,
    async read(offset, length, options) {
      const bytes = await source.read(offset, length, options);
      const touched = ranges.filter((range) => range.offset < offset + length && range.offset + range.size > offset);
      if (touched.length === 0) return bytes;
      const copy = bytes.slice();
      for (const range of touched) copy.fill(0, Math.max(0, range.offset - offset), range.offset + range.size - offset);
      return copy;
    },
  };
}
