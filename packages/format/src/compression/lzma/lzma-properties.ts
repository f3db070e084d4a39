/*
 * How an LZMA encoder models its data: three numbers in one byte, `(pb * 5 + lp) * 9 + lc`.
 * Source: "The .lzma File Format", section 1.1.1, in XZ Utils (doc/lzma-file-format.txt).
 */

/** The parameters of the probability model. */
export interface LzmaProperties {
  /** lc: how many high bits of the byte before choose a literal's probabilities. */
  readonly literalContextBits: number;
  /** lp: how many low bits of the position choose a literal's probabilities. */
  readonly literalPositionBits: number;
  /** pb: how many low bits of the position choose the probabilities of matches and lengths. */
  readonly positionBits: number;
}

const LARGEST_BYTE = (4 * 5 + 4) * 9 + 8;

/** XZ Utils sets it, too; more would take up to 6 MiB of probabilities, and no known encoder writes it unasked. */
export const MOST_LITERAL_BITS = 4;

/** Parses the byte; undefined where a number is out of range or lc + lp is above {@link MOST_LITERAL_BITS}. */
export function parseLzmaProperties(byte: number): LzmaProperties | undefined {
  const literalContextBits = byte % 9;
  const literalPositionBits = Math.floor(byte / 9) % 5;
  const positionBits = Math.floor(byte / 45);
  if (byte > LARGEST_BYTE || literalContextBits + literalPositionBits > MOST_LITERAL_BITS) return undefined;
  return { literalContextBits, literalPositionBits, positionBits };
}
