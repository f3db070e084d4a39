import { seededRandom } from '@appimage-js/testing/seeded-random';

/** Bytes that can not be compressed, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random() * 256);
}
