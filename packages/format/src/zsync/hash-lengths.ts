/*
 * How long the sums of a file's blocks should be. Longer ones make fewer false matches and a larger control file; each
 * generation of `zsyncmake` weighs that differently. Source of the terms:
 * https://zsync.moria.org.uk/paper200503/ch02s03.html.
 */
import type { ZsyncHashLengths } from './block-sums.ts';

/**
 * Whose choice is followed.
 *
 * - `0.6.2`: what distributions and appimagetool ship; the smallest control files
 * - `0.6.3`: the later versions in C
 * - `cph6`: the rewrite in Go as it stands in its repository, which stores whole sums
 */
export type ZsyncGeneration = '0.6.2' | '0.6.3' | 'cph6';

/** Bytes of a file from which on all generations take larger blocks. */
const LARGE_FILE = 100_000_000;
/** Bytes of a file beyond which `cph6` asks for two blocks in a row. */
const VERY_LARGE_FILE = 400_000_000;

/** Bits that a match should be surer by than chance allows for. */
const MARGIN = 20;

/** The block size that every generation takes when it is not told: 2048 bytes below 100 MB, else 4096. */
export function defaultZsyncBlockSize(length: number): number {
  return length < LARGE_FILE ? 2048 : 4096;
}

/** What the lengths depend on, all in bytes. */
export interface SummedFile {
  readonly length: number;
  readonly blockSize: number;
  /** What the strong hash has in all. */
  readonly strongSize: number;
}

/** The lengths that a generation of `zsyncmake` takes for a file. */
export function zsyncHashLengths(generation: ZsyncGeneration, file: SummedFile): ZsyncHashLengths {
  switch (generation) {
    case '0.6.2':
      return lengths062(file);
    case '0.6.3':
      return lengths063(file);
    case 'cph6':
      return { sequentialMatches: file.length > VERY_LARGE_FILE ? 2 : 1, weak: 4, strong: file.strongSize };
  }
}

function lengths062({ length, blockSize, strongSize }: SummedFile): ZsyncHashLengths {
  const sequentialMatches = length > blockSize ? 2 : 1;
  const blocks = 1 + Math.floor(length / blockSize);
  const weak = Math.ceil((bits(length, blockSize) - 8.6) / sequentialMatches / 8);
  const enoughTogether = Math.ceil((MARGIN + bits(length, blocks)) / sequentialMatches / 8);
  const enoughAlone = Math.floor((7.9 + (MARGIN + bits(blocks))) / 8);
  const strong = Math.max(enoughTogether, enoughAlone);
  return { sequentialMatches, weak: clamp(weak, 2, 4), strong: clamp(strong, 3, strongSize) };
}

function lengths063({ length, blockSize, strongSize }: SummedFile): ZsyncHashLengths {
  const blocks = 1 + Math.floor(length / blockSize);
  const weak = Math.ceil((bits(length, blockSize) - 8.6) / 8);
  const sequentialMatches = weak > 4 ? 2 : 1;
  const enoughTogether = Math.ceil((MARGIN + bits(length, blocks)) / sequentialMatches / 8);
  const enoughAlone = Math.ceil((MARGIN + bits(blocks)) / 8);
  const strong = Math.max(enoughTogether, enoughAlone);
  return { sequentialMatches, weak: clamp(weak, 2, 4), strong: clamp(strong, 4, strongSize) };
}

/**
 * Bits of the product. Natural logarithms are added first, so that sizes at a boundary are rounded as by the program in
 * C.
 */
function bits(...factors: readonly number[]): number {
  return factors.reduce((sum, factor) => sum + Math.log(factor), 0) / Math.LN2;
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
