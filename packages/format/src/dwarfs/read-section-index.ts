import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import {
  type DwarfsSectionHeader,
  type DwarfsSectionType,
  isDwarfsMagic,
  parseSectionHeader,
  SECTION_HEADER_SIZE,
} from './section-header.ts';
import { INDEX_ENTRY_SIZE, type IndexEntry, parseSectionIndex } from './section-index.ts';

/** What is read first of an image's end: an index of some 500 sections is in it as a whole. */
const TAIL = 4096;

/** Schema, metadata and the index itself. */
const FEWEST_SECTIONS = 3;

/** A section of an image. */
export interface DwarfsSection {
  readonly type: DwarfsSectionType;
  /** Of the header, from the start of the image; the data is 64 bytes behind it. */
  readonly offset: number;
  /** Bytes of data, compressed. */
  readonly length: number;
  /** Undefined where the header was not read. */
  readonly header: DwarfsSectionHeader | undefined;
}

/**
 * The sections of an image by its index. Undefined where there is none, or one that can not be right: it is only a short
 * cut, and the tools of DwarFS do without it then, too. The hash over it is not computed.
 */
export async function readSectionIndex(
  image: ByteSource,
  { maximumSections, signal }: ReadOptions & { readonly maximumSections: number },
): Promise<DwarfsSection[] | undefined> {
  const tailStart = Math.max(0, image.size - TAIL);
  const tail = await image.read(tailStart, image.size - tailStart, { signal });
  const start = indexStart(tail);
  if (start === undefined || start > image.size - SECTION_HEADER_SIZE) return undefined;
  const length = image.size - start;
  const largest = SECTION_HEADER_SIZE + maximumSections * INDEX_ENTRY_SIZE;
  if (length > largest) return undefined;
  const bytes = start >= tailStart ? tail.subarray(start - tailStart) : await image.read(start, length, { signal });
  if (!isDwarfsMagic(bytes)) return undefined;
  const header = parseSectionHeader(bytes, start);
  const isIndex = header.type === 'section-index' && header.compression === 'none';
  const dataLength = length - SECTION_HEADER_SIZE;
  if (!isIndex || header.length !== dataLength || dataLength % INDEX_ENTRY_SIZE !== 0) return undefined;
  const entries = parseSectionIndex(bytes.subarray(SECTION_HEADER_SIZE));
  if (header.number !== entries.length - 1 || !isConsistent(entries, start)) return undefined;
  return entries.map(({ type, offset }, number) => {
    const end = entries[number + 1]?.offset ?? image.size;
    const isLast = number === entries.length - 1;
    return { type, offset, length: end - offset - SECTION_HEADER_SIZE, header: isLast ? header : undefined };
  });
}

/** Where the last entry of an index, which is of the index itself, says that it is. */
function indexStart(tail: Uint8Array): number | undefined {
  if (tail.length < INDEX_ENTRY_SIZE) return undefined;
  const [last] = parseSectionIndex(tail.subarray(-INDEX_ENTRY_SIZE));
  return last?.type === 'section-index' ? last.offset : undefined;
}

/** Whether the sections begin with the image, follow each other with room for their headers, and end with the index. */
function isConsistent(entries: readonly IndexEntry[], start: number): boolean {
  if (entries.length < FEWEST_SECTIONS || entries[0]?.offset !== 0 || entries.at(-1)?.offset !== start) return false;
  return entries.every(({ type, offset }, number) => {
    const next = entries[number + 1];
    if (next === undefined) return true;
    return type !== 'section-index' && next.offset >= offset + SECTION_HEADER_SIZE;
  });
}
