import { type Random, seededRandom } from '@appimage-js/testing/seeded-random';

/** Bytes that no compression and no chance finds twice; the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let index = 0; index < words.length; index++) words[index] = random() * 2 ** 32;
  return new Uint8Array(words.buffer, 0, length);
}

/** A number from `minimum` to `maximum`, both included. */
export function between(random: Random, minimum: number, maximum: number): number {
  return minimum + Math.floor(random() * (maximum - minimum + 1));
}

/** One after the other. */
export function join(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(pieces));
}
