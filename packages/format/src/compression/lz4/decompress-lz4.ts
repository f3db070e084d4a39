/*
 * The LZ4 block format: sequences of a token, literals and a match, of which the last has no match.
 * Source: "LZ4 Block Format Description" (doc/lz4_Block_format.md) in LZ4.
 */
import type { AppImageError } from '../../errors.ts';
import { CopiedOutput } from '../copied-output.ts';
import { malformedBlock } from '../decompressed-block.ts';

const NAME = 'lz4';

const SHORTEST_MATCH = 4;

/** A length in a token that goes on in the next bytes, up to the first that is not 255. */
const LONG_LENGTH = 15;

/**
 * Decompresses a block of LZ4, without the frame that the command `lz4` puts around it.
 *
 * @throws AppImageError `malformed` as {@link DecompressBlock} says; the format has no checksum
 */
export function decompressLz4(data: Uint8Array, maximumLength: number): Uint8Array {
  const output = new CopiedOutput({ name: NAME, input: data, maximumLength });
  const end = data.length;
  let at = 0;
  while (at < end) {
    const token = data[at++] as number;
    let literals = token >>> 4;
    if (literals === LONG_LENGTH) {
      for (let more = 255; more === 255; literals += more) {
        if (at === end) throw cutOff();
        more = data[at++] as number;
      }
    }
    if (literals > end - at) throw cutOff();
    output.copyLiterals(at, literals);
    at += literals;
    if (at === end) return output.content;

    if (end - at < 2) throw cutOff();
    const distance = (data[at] as number) | ((data[at + 1] as number) << 8);
    at += 2;
    let length = token & 15;
    if (length === LONG_LENGTH) {
      for (let more = 255; more === 255; length += more) {
        if (at === end) throw cutOff();
        more = data[at++] as number;
      }
    }
    output.copyMatch(distance, length + SHORTEST_MATCH);
  }
  throw cutOff();
}

function cutOff(): AppImageError {
  return malformedBlock(NAME, 'it must end with literals, found that it is cut off');
}
