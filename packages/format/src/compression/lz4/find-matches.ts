/** Where a block repeats what came before, for each of its positions. */
export interface Matches {
  /** Bytes from the position on that were there before; zero where fewer than four were. */
  readonly lengths: Int32Array;
  /** How far back that was. */
  readonly distances: Uint16Array;
}

/** How hard to look. */
export interface MatchSearch {
  /** How many earlier places with the same four bytes are compared, at most. */
  readonly depth: number;
  /** No match begins at or behind this position. */
  readonly startLimit: number;
  /** No match goes on at or behind this position. */
  readonly endLimit: number;
}

export const SHORTEST_MATCH = 4;

/** As two bytes can tell. */
const FARTHEST = 65_535;

const HASH_BITS = 16;
/** A prime near 2^32 divided by the golden ratio: neighbours get far apart. */
const HASH_FACTOR = 2_654_435_761;

/** A match of this length is taken: within it, only its own rest is offered. */
const LONG_ENOUGH = 128;

/** Finds the longest match at each position, by chains of the places whose four bytes have the same hash. */
export function findMatches(data: Uint8Array, { depth, startLimit, endLimit }: MatchSearch): Matches {
  const lengths = new Int32Array(data.length);
  const distances = new Uint16Array(data.length);
  const latest = new Int32Array(2 ** HASH_BITS).fill(-1);
  const previous = new Int32Array(data.length);
  for (let at = 0; at < startLimit; at++) {
    const hash = hashAt(data, at);
    let candidate = latest[hash] as number;
    previous[at] = candidate;
    latest[hash] = at;
    const rest = at === 0 ? 0 : (lengths[at - 1] as number) - 1;
    if (rest >= LONG_ENOUGH) {
      lengths[at] = rest;
      distances[at] = distances[at - 1] as number;
      continue;
    }
    const farthest = at - FARTHEST;
    let longest = SHORTEST_MATCH - 1;
    for (let left = depth; left > 0 && candidate >= farthest && candidate >= 0; left--) {
      // A longer match has one more byte than the longest so far.
      if (data[candidate + longest] === data[at + longest]) {
        const length = commonLength(data, candidate, at, endLimit);
        if (length > longest) {
          longest = length;
          lengths[at] = length;
          distances[at] = at - candidate;
          if (at + longest >= endLimit) break;
        }
      }
      candidate = previous[candidate] as number;
    }
  }
  return { lengths, distances };
}

function hashAt(data: Uint8Array, at: number): number {
  const word =
    (data[at] as number) |
    ((data[at + 1] as number) << 8) |
    ((data[at + 2] as number) << 16) |
    ((data[at + 3] as number) << 24);
  return Math.imul(word, HASH_FACTOR) >>> (32 - HASH_BITS);
}

function commonLength(data: Uint8Array, left: number, right: number, end: number): number {
  const start = right;
  let from = left;
  let at = right;
  while (at < end && data[from] === data[at]) {
    from += 1;
    at += 1;
  }
  return at - start;
}
