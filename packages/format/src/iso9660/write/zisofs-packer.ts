import type { Compressor } from '../../compression/codec.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import type { ZisofsEntry } from '../system-use/zisofs-entry.ts';
import { serializeZisofsStart, ZISOFS_HEADER_SIZES, zisofsStartLength } from '../zisofs-header.ts';

/** The format counts bytes with 32 bits, and Linux fails at files that end in the last page of them. */
const MAXIMUM_SIZE: number = 2 ** 32 - 4096;

/** How files are compressed. */
export interface ZisofsOptions {
  readonly compressor: Compressor;
  /** Power of two of the block size: 15 to 17. */
  readonly blockShift: number;
}

/** Whether files of that size can be compressed. */
export function canBeZisofs(size: number): boolean {
  return size > 0 && size <= MAXIMUM_SIZE;
}

/** Bytes of header and pointers of a file of that size. */
export function zisofsOverhead(size: number, { blockShift }: ZisofsOptions): number {
  return zisofsStartLength(Math.ceil(size / 2 ** blockShift));
}

/**
 * The stored form of a block: nothing for zeros. The last block is spared that, if it is shorter than others: libarchive
 * would make a whole block of it.
 */
export function packBlock(block: Uint8Array, { compressor, blockShift }: ZisofsOptions): Promise<Uint8Array> {
  const isEmpty = block.length === 2 ** blockShift && isAllZeros(block);
  return isEmpty ? Promise.resolve(block.subarray(0, 0)) : compressor.compress(block);
}

/** The bytes before the blocks, whose stored lengths are known by now. */
export function packStart(size: number, lengths: readonly number[], { blockShift }: ZisofsOptions): Uint8Array {
  let position = zisofsStartLength(lengths.length);
  const pointers = [position];
  for (const length of lengths) {
    position += length;
    pointers.push(position);
  }
  return serializeZisofsStart({ size, blockShift }, pointers);
}

/** What the directory says of a compressed file. */
export function zisofsEntry(size: number, { blockShift }: ZisofsOptions): ZisofsEntry {
  return { version: 1, algorithm: 'pz', headerSize: ZISOFS_HEADER_SIZES[1], blockShift, size };
}

/** A whole file that is in memory, in stored form. */
export async function packWhole(content: Uint8Array, options: ZisofsOptions): Promise<Uint8Array[]> {
  const blocks: Promise<Uint8Array>[] = [];
  for (let at = 0; at < content.length; at += 2 ** options.blockShift) {
    blocks.push(packBlock(content.subarray(at, at + 2 ** options.blockShift), options));
  }
  const stored = await Promise.all(blocks);
  return [
    packStart(
      content.length,
      stored.map(({ length }) => length),
      options,
    ),
    ...stored,
  ];
}
