import { expect } from 'vitest';

/** The only error that bytes may give. */
export const malformed: unknown = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });

/** What is decompressed; undefined where that is refused, which may happen in one way only. */
export function attempt(decompress: () => Uint8Array): Uint8Array | undefined {
  try {
    return decompress();
  } catch (error) {
    expect(error).toEqual(malformed);
    return undefined;
  }
}
