/*
 * Writes the LZ4 block format as small as its matches allow: among all ways to cut a block into literals and matches, the one
 * that takes the fewest bytes.
 * Source: "LZ4 Block Format Description" (doc/lz4_Block_format.md) in LZ4.
 */
import { findMatches, type Matches, SHORTEST_MATCH } from './find-matches.ts';

/** The end of a block, as the description's "End of block conditions" have it. */
const LAST_LITERALS = 5;
const LAST_MATCH_DISTANCE = 12;

/** From this length on, a length takes bytes of its own, each of which adds up to 255. */
const LONG_LENGTH = 15;

/** Token and distance. */
const MATCH_COST = 3;

/** The longest match whose length is in the token alone. */
const LONGEST_IN_TOKEN = LONG_LENGTH - 1 + SHORTEST_MATCH;

/**
 * Compresses a block by itself; the result may be longer than the block.
 *
 * @param level 1 to 12: at each position, 2^level earlier places with the same bytes are compared
 * @throws RangeError for another level
 */
export function compressLz4(data: Uint8Array, level: number): Uint8Array {
  if (!Number.isInteger(level) || level < 1 || level > 12) {
    throw new RangeError(`Cannot compress with lz4: level must be 1 to 12, found ${level}`);
  }
  const matches = findMatches(data, {
    depth: 2 ** level,
    startLimit: data.length - LAST_MATCH_DISTANCE + 1,
    endLimit: data.length - LAST_LITERALS,
  });
  return writeSequences(data, matches, chooseLengths(data.length, matches));
}

/**
 * For each position, how long a match the best way from there to the end begins with; zero for a literal. What is left never
 * takes more bytes when it is less: of the parts of a match, only those matter that are the longest for their own cost.
 */
function chooseLengths(size: number, { lengths }: Matches): Int32Array {
  const chosen = new Int32Array(size + 1);
  const costs = new Float64Array(size + 1);
  let literals = 0;
  for (let at = size - 1; at >= 0; at--) {
    literals += 1;
    let best =
      (costs[at + 1] as number) + 1 + (literals >= LONG_LENGTH && (literals - LONG_LENGTH) % 255 === 0 ? 1 : 0);
    let length = 0;
    const longest = lengths[at] as number;
    for (let part = longest; part >= SHORTEST_MATCH; part = part > LONGEST_IN_TOKEN ? LONGEST_IN_TOKEN : 0) {
      const cost = (costs[at + part] as number) + MATCH_COST + lengthBytes(part - SHORTEST_MATCH);
      // Of two ways that are as short, the one with fewer sequences is faster to read.
      if (cost < best || (cost === best && length === 0)) {
        best = cost;
        length = part;
      }
    }
    costs[at] = best;
    chosen[at] = length;
    if (length > 0) literals = 0;
  }
  return chosen;
}

/** Bytes that a length takes besides its part of the token. */
function lengthBytes(length: number): number {
  return length < LONG_LENGTH ? 0 : 1 + Math.floor((length - LONG_LENGTH) / 255);
}

function writeSequences(data: Uint8Array, { distances }: Matches, chosen: Int32Array): Uint8Array {
  const output = new Uint8Array(data.length + Math.ceil(data.length / 255) + 16);
  let end = 0;
  let anchor = 0;

  const writeLength = (length: number): void => {
    if (length < LONG_LENGTH) return;
    let rest = length - LONG_LENGTH;
    for (; rest >= 255; rest -= 255) output[end++] = 255;
    output[end++] = rest;
  };
  const writeLiterals = (until: number, matchLength: number): void => {
    const literals = until - anchor;
    output[end++] = (Math.min(literals, LONG_LENGTH) << 4) | Math.min(matchLength, LONG_LENGTH);
    writeLength(literals);
    output.set(data.subarray(anchor, until), end);
    end += literals;
  };

  for (let at = 0; at < data.length; ) {
    const length = chosen[at] as number;
    if (length === 0) {
      at += 1;
      continue;
    }
    writeLiterals(at, length - SHORTEST_MATCH);
    const distance = distances[at] as number;
    output[end++] = distance & 0xff;
    output[end++] = distance >>> 8;
    writeLength(length - SHORTEST_MATCH);
    at += length;
    anchor = at;
  }
  writeLiterals(data.length, 0);
  return output.slice(0, end);
}
