/*
 * How long the sums of a file's blocks should be. Longer ones make fewer false matches and a larger control file; each generation
 * of `zsyncmake` weighs that differently. Source of the terms: https://zsync.moria.org.uk/paper200503/ch02s03.html.
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

/** The lengths for a file of `length` bytes; `strongSize` is what the strong hash has in all. */
export function zsyncHashLengths(
  length: number,
  blockSize: number,
  generation: ZsyncGeneration,
  strongSize: number,
): ZsyncHashLengths {
  switch (generation) {
    case '0.6.2':
      return lengths062(length, blockSize, strongSize);
    case '0.6.3':
      return lengths063(length, blockSize, strongSize);
    case 'cph6':
      return { sequentialMatches: length > VERY_LARGE_FILE ? 2 : 1, weak: 4, strong: strongSize };
  }
}

function lengths062(length: number, blockSize: number, strongSize: number): ZsyncHashLengths {
  const sequentialMatches = length > blockSize ? 2 : 1;
  const blockBits = bits(1 + Math.floor(length / blockSize));
  const weak = Math.ceil((bits(length, blockSize) - 8.6) / sequentialMatches / 8);
  const enoughTogether = Math.ceil((MARGIN + bits(length, 1 + Math.floor(length / blockSize))) / sequentialMatches / 8);
  const enoughAlone = Math.floor((7.9 + MARGIN + blockBits) / 8);
  return {
    sequentialMatches,
    weak: clamp(weak, 2, 4),
    strong: clamp(Math.max(enoughTogether, enoughAlone), 3, strongSize),
  };
}

function lengths063(length: number, blockSize: number, strongSize: number): ZsyncHashLengths {
  const wanted = Math.ceil((bits(length, blockSize) - 8.6) / 8);
  const sequentialMatches = wanted > 4 ? 2 : 1;
  const blocks = 1 + Math.floor(length / blockSize);
  const enoughTogether = Math.ceil((MARGIN + bits(length, blocks)) / sequentialMatches / 8);
  const enoughAlone = Math.ceil((MARGIN + bits(blocks)) / 8);
  return {
    sequentialMatches,
    weak: clamp(wanted, 2, 4),
    strong: clamp(Math.max(enoughTogether, enoughAlone), 4, strongSize),
  };
}

/** Bits of the product. Natural logarithms are added first, so that sizes at a boundary are rounded as by the program in C. */
function bits(...factors: readonly number[]): number {
  return factors.reduce((sum, factor) => sum + Math.log(factor), 0) / Math.LN2;
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
