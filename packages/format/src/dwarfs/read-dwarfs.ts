import { AppImageError } from '../errors.ts';
import { type ByteSource, type ReadOptions, windowSource } from '../io/byte-source.ts';
import { type DwarfsSection, readSectionIndex } from './read-section-index.ts';
import {
  type DwarfsCompression,
  type DwarfsSectionHeader,
  type DwarfsSectionType,
  isDwarfsMagic,
  parseSectionHeader,
  SECTION_HEADER_SIZE,
} from './section-header.ts';

/** As many sections as an image of 4 TiB has in blocks of the usual size. */
const DEFAULT_SECTIONS = 262_144;

const DEFAULT_BLOCK_HEADERS = 16;

/** Options of {@link readDwarfs}. */
export interface ReadDwarfsOptions extends ReadOptions {
  /** Where the image begins in the source. Default 0. */
  readonly offset?: number;
  /** Bytes from there on in which the image lies; other things may follow it. Default: to the end of the source. */
  readonly length?: number;
  /**
   * How many headers of blocks are read where an index tells the rest, evenly spread: blocks may be compressed differently.
   * Default 16; `Infinity` reads and checks all.
   */
  readonly blockHeaders?: number;
  /** Sections that an image may have. Default 262,144. */
  readonly maximumSections?: number;
}

/** What an image's sections tell of it. */
export interface DwarfsImage {
  readonly version: { readonly major: number; readonly minor: number };
  /** Bytes from the first section to the end of the last. */
  readonly length: number;
  readonly sections: readonly DwarfsSection[];
  /** Sections with contents of files. */
  readonly blockCount: number;
  /** Bytes of all blocks, compressed and without their headers. */
  readonly blockLength: number;
  /** Those of the blocks whose headers were read, the first one's first; none in an image without blocks. */
  readonly compressions: readonly DwarfsCompression[];
  /** Whether the metadata and its schema are there, without which the blocks mean nothing. */
  readonly hasMetadata: boolean;
  /** Whether the places of the sections were taken from the index. */
  readonly hasIndex: boolean;
}

/**
 * Reads the sections of a DwarFS image: by their index, or one after the other where there is none. Contents, and hashes
 * over them, are not read.
 *
 * @example
 * ```ts
 * import { type ByteSource, readDwarfs } from '@appimage-js/format';
 *
 * export async function compressionsOf(source: ByteSource, offset: number): Promise<string> {
 *   const { version, compressions } = await readDwarfs(source, { offset });
 *   return `DwarFS 2.${version.minor}, ${compressions.join(', ')}`;
 * }
 * ```
 *
 * @throws AppImageError `malformed` for other files and for sections out of order, `out-of-bounds` when the image is cut
 *   off, `unsupported` for versions other than 2.2 to 2.5, `limit` for too many sections
 */
export async function readDwarfs(source: ByteSource, options: ReadDwarfsOptions = {}): Promise<DwarfsImage> {
  const {
    offset = 0,
    length,
    blockHeaders = DEFAULT_BLOCK_HEADERS,
    maximumSections = DEFAULT_SECTIONS,
    signal,
  } = options;
  const image = windowSource(source, offset, length);
  const first = parseSectionHeader(await image.read(0, Math.min(image.size, SECTION_HEADER_SIZE), { signal }), 0);
  if (first.number !== 0) throw outOfOrder(0, first.number, 0);
  const indexed = await readSectionIndex(image, { maximumSections, signal });
  const sections =
    indexed === undefined
      ? await walkSections(image, { maximumSections, signal })
      : await readHeaders(image, indexed, { blockHeaders, signal });
  return describe(first, sections, indexed !== undefined);
}

/** Goes from header to header, until the index, the end of the source, or something that is no section. */
async function walkSections(
  image: ByteSource,
  { maximumSections, signal }: ReadOptions & { readonly maximumSections: number },
): Promise<DwarfsSection[]> {
  const sections: DwarfsSection[] = [];
  for (let offset = 0; offset < image.size; ) {
    const bytes = await image.read(offset, Math.min(image.size - offset, SECTION_HEADER_SIZE), { signal });
    if (!isDwarfsMagic(bytes)) break;
    if (sections.length >= maximumSections) throw tooMany(maximumSections);
    const header = parseSectionHeader(bytes, offset);
    const { number, type, length } = header;
    if (number !== sections.length) throw outOfOrder(sections.length, number, offset);
    const end = offset + SECTION_HEADER_SIZE + length;
    if (end > image.size) throw cutOff(number, end, image.size);
    sections.push({ type, offset, length, header });
    if (type === 'section-index') break;
    offset = end;
  }
  return sections;
}

/** Reads headers of sections whose places are known, and checks that they are what the index says. */
async function readHeaders(
  image: ByteSource,
  sections: readonly DwarfsSection[],
  { blockHeaders, signal }: ReadOptions & { readonly blockHeaders: number },
): Promise<DwarfsSection[]> {
  const blocks = sections.filter(({ type }) => type === 'block').length;
  const step = Math.max(1, Math.ceil(blocks / Math.max(1, blockHeaders)));
  const withHeaders: DwarfsSection[] = [];
  let block = 0;
  for (const [number, section] of sections.entries()) {
    const isSkipped = section.type === 'block' && block++ % step !== 0;
    if (isSkipped || section.header !== undefined) {
      withHeaders.push(section);
      continue;
    }
    const header = parseSectionHeader(
      await image.read(section.offset, SECTION_HEADER_SIZE, { signal }),
      section.offset,
    );
    if (header.number !== number) throw outOfOrder(number, header.number, section.offset);
    if (header.type !== section.type || header.length !== section.length) {
      throw malformed(`section ${number} must be what the index says of it, found ${header.type}`, section.offset);
    }
    withHeaders.push({ ...section, header });
  }
  return withHeaders;
}

function describe(first: DwarfsSectionHeader, sections: readonly DwarfsSection[], hasIndex: boolean): DwarfsImage {
  const blocks = sections.filter(({ type }) => type === 'block');
  const last = sections.at(-1) as DwarfsSection;
  const has = (wanted: DwarfsSectionType) => sections.some(({ type }) => type === wanted);
  return {
    version: { major: 2, minor: first.minorVersion },
    length: last.offset + SECTION_HEADER_SIZE + last.length,
    sections,
    blockCount: blocks.length,
    blockLength: blocks.reduce((sum, { length }) => sum + length, 0),
    compressions: [...new Set(blocks.flatMap(({ header }) => header?.compression ?? []))],
    hasMetadata: has('metadata-schema') && has('metadata'),
    hasIndex,
  };
}

function outOfOrder(expected: number, found: number, offset: number): AppImageError {
  return malformed(`section must have the number ${expected}, found ${found}`, offset);
}

function malformed(reason: string, offset: number): AppImageError {
  return new AppImageError('malformed', `Cannot read DwarFS image: ${reason}`, { offset });
}

function cutOff(number: number, end: number, size: number): AppImageError {
  return new AppImageError(
    'out-of-bounds',
    `Cannot read DwarFS image: section ${number} must end within ${size} bytes, found its end at ${end} (is it truncated?)`,
    { offset: size },
  );
}

function tooMany(limit: number): AppImageError {
  return new AppImageError('limit', `Cannot read DwarFS image: limit of ${limit} sections reached`);
}
