import { AppImageError } from '../errors.ts';
import { type ByteSource, type ReadOptions, windowSource } from '../io/byte-source.ts';
import { sequentialPieces } from '../io/sequential-pieces.ts';
import type { DwarfsImage } from './read-dwarfs.ts';
import { parseSectionHeader, SECTION_HEADER_SIZE, XXH3_START } from './section-header.ts';

/** Options of {@link checkDwarfs}. */
export interface CheckDwarfsOptions extends ReadOptions {
  /** Where the image begins in the source. Default 0. */
  readonly offset?: number;
}

/**
 * Reads all of an image and checks the fast hash (XXH3-64) of each section, which tells damage, not tampering: whoever
 * changes a section can change its hash.
 *
 * @throws AppImageError `malformed` for the first section that is damaged
 */
export async function checkDwarfs(
  source: ByteSource,
  image: DwarfsImage,
  { offset: imageOffset = 0, signal }: CheckDwarfsOptions = {},
): Promise<void> {
  const { createXXHash3 } = await import('./xxh3-hasher.ts');
  const hasher = await createXXHash3();
  const bytes = windowSource(source, imageOffset, image.length);
  for (const { offset, length } of image.sections) {
    const { xxh3, type, number } = parseSectionHeader(
      await bytes.read(offset, SECTION_HEADER_SIZE, { signal }),
      offset,
    );
    hasher.init();
    const hashed = { offset: offset + XXH3_START, length: SECTION_HEADER_SIZE - XXH3_START + length, signal };
    for await (const piece of sequentialPieces(bytes, hashed)) hasher.update(piece);
    const found = BigInt(`0x${hasher.digest('hex')}`);
    if (found === xxh3) continue;
    throw new AppImageError(
      'malformed',
      `Cannot trust DwarFS image: XXH3-64 of section ${number} (${type}) must be 0x${xxh3.toString(16)}, found 0x${found.toString(16)}`,
      { offset },
    );
  }
}
