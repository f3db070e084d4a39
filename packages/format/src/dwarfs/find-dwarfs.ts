import { isAppImageError } from '../errors.ts';
import { type ByteSource, checkRange, type ReadOptions } from '../io/byte-source.ts';
import { DWARFS_MAGIC, MAJOR_VERSION, parseSectionHeader, SECTION_HEADER_SIZE } from './section-header.ts';

const WINDOW = 1_048_576;

/** Places that begin like an image but are none, after which there is no more looking. */
const MAXIMUM_CANDIDATES = 256;

/** Options of {@link findDwarfs}. */
export interface FindDwarfsOptions extends ReadOptions {
  /** Where to begin: behind the program, say. Default 0. */
  readonly start?: number;
  /** How many bytes are looked at for the image's first byte. Default 1 MiB. */
  readonly length?: number;
}

/**
 * Finds where a DwarFS image begins, as its own tools do: at a header of section 0 whose length leads to the header of
 * section 1. Undefined where there is none.
 *
 * @throws AppImageError `io` when reading fails
 */
export async function findDwarfs(source: ByteSource, options: FindDwarfsOptions = {}): Promise<number | undefined> {
  const { start = 0, length = WINDOW, signal } = options;
  checkRange(start, 0, source.size, 'Cannot look for DwarFS image');
  const end = Math.min(source.size, start + length);
  let candidates = 0;
  for (let offset = start; offset < end; offset += WINDOW) {
    const last = Math.min(end, offset + WINDOW);
    const bytes = await source.read(offset, Math.min(source.size, last + SECTION_HEADER_SIZE) - offset, { signal });
    for (const place of magics(bytes, last - offset)) {
      if (await isImage(source, offset + place, { signal })) return offset + place;
      candidates += 1;
      if (candidates >= MAXIMUM_CANDIDATES) return undefined;
    }
  }
  return undefined;
}

/** Where the magic with the major version is among the first `length` bytes; the major version is the rarest of them. */
function* magics(bytes: Uint8Array, length: number): Generator<number, void, undefined> {
  const magic = [...DWARFS_MAGIC, MAJOR_VERSION];
  for (let at = bytes.indexOf(MAJOR_VERSION); at >= 0; at = bytes.indexOf(MAJOR_VERSION, at + 1)) {
    const place = at - DWARFS_MAGIC.length;
    if (place >= length) return;
    if (place >= 0 && magic.every((byte, index) => bytes[place + index] === byte)) yield place;
  }
}

async function isImage(source: ByteSource, offset: number, options: ReadOptions): Promise<boolean> {
  const length = await sectionLength(source, offset, 0, options);
  if (length === undefined) return false;
  return (await sectionLength(source, offset + SECTION_HEADER_SIZE + length, 1, options)) !== undefined;
}

/** Length of the data of a section that must have that number; undefined where it is none. */
async function sectionLength(source: ByteSource, offset: number, number: number, options: ReadOptions) {
  if (!Number.isSafeInteger(offset) || offset > source.size - SECTION_HEADER_SIZE) return undefined;
  const bytes = await source.read(offset, SECTION_HEADER_SIZE, options);
  try {
    const header = parseSectionHeader(bytes, offset);
    return header.number === number ? header.length : undefined;
  } catch (error) {
    if (isAppImageError(error)) return undefined; // something else that happens to begin alike
    throw error;
  }
}
