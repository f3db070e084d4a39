/**
 * As much of a little-endian ELF file as is needed to judge a runtime.
 * System V ABI, chapters 4 and 5: records of 32-bit files are shorter, and their fields partly in another order.
 */

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

export interface ElfFile {
  /** 1: 32 bits, 2: 64 bits. */
  readonly class: number;
  readonly type: number;
  readonly machine: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  /** The tags of the dynamic section. */
  readonly dynamicTags: readonly number[];
  /** Where readers of AppImages look for the payload: behind everything that the headers speak of. */
  readonly end: number;
}

const SECTION_NO_BITS = 8;
const SEGMENT_DYNAMIC = 2;

/** Offsets of the fields that differ between the two classes. */
const layouts = {
  1: {
    word: 4,
    header: {
      segments: 28,
      sections: 32,
      segmentSize: 42,
      segmentCount: 44,
      sectionSize: 46,
      sectionCount: 48,
      names: 50,
    },
    segment: { flags: 24, offset: 4, size: 16 },
    section: { offset: 16, size: 20 },
  },
  2: {
    word: 8,
    header: {
      segments: 32,
      sections: 40,
      segmentSize: 54,
      segmentCount: 56,
      sectionSize: 58,
      sectionCount: 60,
      names: 62,
    },
    segment: { flags: 4, offset: 8, size: 32 },
    section: { offset: 24, size: 32 },
  },
} as const;

interface Reader {
  readonly view: DataView;
  readonly layout: (typeof layouts)[1 | 2];
  readonly half: (at: number) => number;
  readonly word: (at: number) => number;
}

function readerOf(file: Uint8Array): Reader {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const layout = layouts[view.getUint8(4) === 1 ? 1 : 2];
  return {
    view,
    layout,
    half: (at) => view.getUint16(at, true),
    word: (at) => (layout.word === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true))),
  };
}

function places(start: number, size: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index * size);
}

/** The sections of a file, and where in it the flags of each are. @throws RangeError when something lies outside the file */
export function sectionHeaders(file: Uint8Array): Array<Section & { readonly flagsAt: number }> {
  const { view, layout, half, word } = readerOf(file);
  const { header, section } = layout;
  const headers = places(word(header.sections), half(header.sectionSize), half(header.sectionCount));
  const names = word((headers[half(header.names)] ?? 0) + section.offset);
  return headers.map((at) => ({
    name: readName(view, names + view.getUint32(at, true)),
    type: view.getUint32(at + 4, true),
    offset: word(at + section.offset),
    size: word(at + section.size),
    flagsAt: at + 8,
  }));
}

/** Reads the headers. @throws RangeError when they point outside the file */
export function readElfFile(file: Uint8Array): ElfFile {
  const { view, layout, half, word } = readerOf(file);
  const { header } = layout;
  const segments = places(word(header.segments), half(header.segmentSize), half(header.segmentCount)).map((at) => ({
    type: view.getUint32(at, true),
    flags: view.getUint32(at + layout.segment.flags, true),
    offset: word(at + layout.segment.offset),
    size: word(at + layout.segment.size),
  }));
  const sections = sectionHeaders(file);
  const dynamic = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  const entry = layout.word * 2;
  const dynamicTags = dynamic ? places(dynamic.offset, entry, Math.floor(dynamic.size / entry)).map(word) : [];
  const ends = [...sections.filter(({ type }) => type !== SECTION_NO_BITS), ...segments];
  const tableEnd = word(header.sections) + half(header.sectionSize) * half(header.sectionCount);
  return {
    class: view.getUint8(4),
    type: half(16),
    machine: half(18),
    segments,
    sections,
    dynamicTags,
    end: Math.max(tableEnd, ...ends.map(({ offset, size }) => offset + size)),
  };
}

function readName(view: DataView, start: number): string {
  let name = '';
  for (let at = start; view.getUint8(at) !== 0; at++) name += String.fromCharCode(view.getUint8(at));
  return name;
}
