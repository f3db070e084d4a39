import { seededRandom } from '@appimage-js/testing/seeded-random';

/** Random bytes, with runs and with repetitions from near and far, short and long, as a compressor likes them. */
export function compressible(length: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const piece = Math.min(length - at, 1 + below(random() < 0.05 ? 5000 : 40));
    const kind = random();
    if (kind < 0.3) for (let index = 0; index < piece; index++) bytes[at + index] = below(256);
    else if (kind < 0.4 || at === 0) bytes.fill(below(4), at, at + piece);
    else repeat(bytes, at, { distance: 1 + below(Math.min(at, random() < 0.3 ? at : 300)), length: piece });
    at += piece;
  }
  return bytes;
}

function repeat(bytes: Uint8Array, at: number, { distance, length }: { distance: number; length: number }): void {
  for (let index = at; index < at + length; index++) bytes[index] = bytes[index - distance] as number;
}
