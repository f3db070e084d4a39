import { AppImageError } from '../errors.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { decodeFileName } from '../io/file-name.ts';
import { ELF_HEADER_MAXIMUM_SIZE, ELF_HEADER_SIZE, type ElfHeader, parseElfHeader } from './elf-header.ts';
import { architectureName } from './machine.ts';
import { PROGRAM_HEADER_SIZE, type ProgramHeader, PT_INTERP, parseProgramHeader } from './program-header.ts';
import type { ElfRecordLayout } from './record-layout.ts';
import {
  parseSectionHeader,
  SECTION_HEADER_SIZE,
  type SectionHeader,
  SHT_NOBITS,
  SHT_NULL,
  SHT_STRTAB,
} from './section-header.ts';

/** A section header with its name. */
export interface ElfSection extends SectionHeader {
  /** As `decodeFileName` makes it; unique in practice, but nothing demands it. */
  readonly name: string;
}

/** An ELF file's structure; contents are read when they are asked for. */
export interface Elf {
  readonly header: ElfHeader;
  /** In the spelling of AppImage file names: `x86_64`, `i686`, `armhf`, `aarch64` … */
  readonly architecture: string;
  readonly programHeaders: readonly ProgramHeader[];
  /** All sections, with the null section at index 0. */
  readonly sections: readonly ElfSection[];
  /** The path of the dynamic loader; null in a static program or a library. */
  readonly interpreter: string | null;
  /** First byte after everything that the ELF structure describes: where an AppImage's payload begins. */
  readonly end: number;
}

/** Limits on what a file may ask for; beyond them is an error with the code `limit`. */
export interface ElfLimits {
  /** Default 65,536. */
  readonly maxSections?: number;
  /** Default 65,536. */
  readonly maxProgramHeaders?: number;
  /** Bytes of the table of section names, and of all names together: names may overlap in the table. Default 16 MiB. */
  readonly maxNameTableSize?: number;
  /** Bytes of one section's name, or of the path of the dynamic loader. Default 4,096. */
  readonly maxNameLength?: number;
}

/** Options of {@link readElf}. */
export interface ReadElfOptions extends ReadOptions {
  readonly limits?: ElfLimits;
}

const DEFAULT_LIMITS: Required<ElfLimits> = {
  maxSections: 65_536,
  maxProgramHeaders: 65_536,
  maxNameTableSize: 16 * 1024 * 1024,
  maxNameLength: 4096,
};

/** The number of program headers is in section header 0, sh_info. gABI, "ELF Header", e_phnum. */
const PN_XNUM = 0xffff;
/** The index of the table of section names is in section header 0, sh_link. gABI, "ELF Header", e_shstrndx. */
const SHN_XINDEX = 0xffff;

interface Context {
  readonly source: ByteSource;
  readonly header: ElfHeader;
  readonly limits: Required<ElfLimits>;
  readonly options: ReadOptions;
}

/**
 * Reads an ELF file's headers in three to five reads, whatever its size; every table, section and segment is checked to
 * lie within the source.
 *
 * @example
 * import { readElf, windowSource } from '@appimage-js/format';
 * import { openFileSource } from '@appimage-js/format/node';
 *
 * await using source = await openFileSource(process.execPath);
 * const elf = await readElf(source);
 * const appended = windowSource(source, elf.end);
 * console.log(`${elf.architecture}, with ${appended.size} bytes after the program`);
 *
 * @throws AppImageError `malformed` when it is not an ELF file or contradicts itself, `out-of-bounds` when the header is
 *   cut off, `limit` beyond `limits`, `io` when reading fails
 */
export async function readElf(source: ByteSource, options: ReadElfOptions = {}): Promise<Elf> {
  const { signal, limits } = options;
  const start = await source.read(0, Math.min(ELF_HEADER_MAXIMUM_SIZE, source.size), { signal });
  const header = parseElfHeader(start);
  const context: Context = { source, header, limits: { ...DEFAULT_LIMITS, ...limits }, options: { signal } };

  const sectionHeaders = await readSectionHeaders(context);
  const programHeaders = await readProgramHeaders(context, sectionHeaders[0]);
  const names = await readSectionNames(context, sectionHeaders);
  return {
    header,
    architecture: architectureName(header),
    programHeaders,
    sections: sectionHeaders.map((section, index) => ({ ...section, name: names[index] as string })),
    interpreter: await readInterpreter(context, programHeaders),
    end: endOfElf(context, programHeaders, sectionHeaders),
  };
}

async function readSectionHeaders(context: Context): Promise<SectionHeader[]> {
  const { header, limits } = context;
  if (header.sectionHeaderOffset === 0) return [];
  // Programs without section headers exist whose offset was left behind.
  if (header.sectionHeaderCount === 0 && header.sectionHeaderSize === 0) return [];
  const table = {
    what: 'section header table',
    offset: header.sectionHeaderOffset,
    recordSize: header.sectionHeaderSize,
    expectedRecordSize: SECTION_HEADER_SIZE[header.ident.class],
  };
  const count = header.sectionHeaderCount;
  if (count > 0) return readTable(context, { ...table, count, maximum: limits.maxSections, parse: parseSectionHeader });
  // Extended numbering: the null section's sh_size has the count.
  const [first] = await readTable(context, { ...table, count: 1, maximum: 1, parse: parseSectionHeader });
  const extendedCount = first?.size ?? 0;
  if (extendedCount === 0) return [];
  return readTable(context, { ...table, count: extendedCount, maximum: limits.maxSections, parse: parseSectionHeader });
}

async function readProgramHeaders(context: Context, nullSection?: SectionHeader): Promise<ProgramHeader[]> {
  const { header, limits } = context;
  const extended = header.programHeaderCount === PN_XNUM && nullSection !== undefined && nullSection.info !== 0;
  const count = extended ? nullSection.info : header.programHeaderCount;
  if (count === 0) return [];
  return readTable(context, {
    what: 'program header table',
    offset: header.programHeaderOffset,
    recordSize: header.programHeaderSize,
    expectedRecordSize: PROGRAM_HEADER_SIZE[header.ident.class],
    count,
    maximum: limits.maxProgramHeaders,
    parse: parseProgramHeader,
  });
}

interface Table<Entry> {
  readonly what: string;
  readonly offset: number;
  readonly recordSize: number;
  readonly expectedRecordSize: number;
  readonly count: number;
  readonly maximum: number;
  readonly parse: (bytes: Uint8Array, layout: ElfRecordLayout) => Entry;
}

async function readTable<Entry>({ source, header, options }: Context, table: Table<Entry>): Promise<Entry[]> {
  const { what, offset, recordSize, count, maximum } = table;
  if (recordSize !== table.expectedRecordSize) {
    throw malformed(`${what} must have entries of ${table.expectedRecordSize} bytes, found ${recordSize}`, offset);
  }
  if (count > maximum) {
    throw new AppImageError('limit', `Cannot read ELF: ${what} may have at most ${maximum} entries, found ${count}`, {
      offset,
    });
  }
  checkInside(source, what, offset, count * recordSize);
  const bytes = await source.read(offset, count * recordSize, options);
  return Array.from({ length: count }, (_, index) => {
    const at = index * recordSize;
    return table.parse(bytes.subarray(at, at + recordSize), { ...header.ident, offset: offset + at });
  });
}

async function readSectionNames(context: Context, sections: readonly SectionHeader[]): Promise<string[]> {
  const { source, header, limits, options } = context;
  const extended = header.sectionNameTableIndex === SHN_XINDEX;
  const index = extended ? (sections[0]?.link ?? 0) : header.sectionNameTableIndex;
  if (index === 0 || sections.length === 0) return sections.map(() => '');
  const table = sections[index];
  if (table === undefined) {
    throw malformed(`index of the section name table must be below ${sections.length}, found ${index}`);
  }
  if (table.type !== SHT_STRTAB) {
    throw malformed(`section name table must have the type ${SHT_STRTAB} (SHT_STRTAB), found ${table.type}`);
  }
  if (table.size > limits.maxNameTableSize) {
    throw new AppImageError(
      'limit',
      `Cannot read ELF: section name table may have at most ${limits.maxNameTableSize} bytes, found ${table.size}`,
      { offset: table.offset },
    );
  }
  checkInside(source, 'section name table', table.offset, table.size);
  const bytes = await source.read(table.offset, table.size, options);
  let budget = limits.maxNameTableSize;
  return sections.map(({ nameOffset }) => {
    if (nameOffset >= bytes.length) {
      throw malformed(`section name must start within ${bytes.length} bytes, found ${nameOffset}`, table.offset);
    }
    const maxLength = Math.min(limits.maxNameLength, budget);
    const name = readName(bytes.subarray(nameOffset), 'section name', maxLength, table.offset + nameOffset);
    budget -= name.length;
    return name;
  });
}

async function readInterpreter(context: Context, segments: readonly ProgramHeader[]): Promise<string | null> {
  const { source, limits, options } = context;
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return null;
  checkInside(source, 'path of the dynamic loader', segment.offset, segment.fileSize);
  const length = Math.min(segment.fileSize, limits.maxNameLength + 1);
  const bytes = await source.read(segment.offset, length, options);
  return readName(bytes, 'path of the dynamic loader', limits.maxNameLength, segment.offset);
}

/** A string up to its NUL. */
function readName(bytes: Uint8Array, what: string, maxLength: number, offset: number): string {
  const end = bytes.subarray(0, maxLength + 1).indexOf(0);
  if (end >= 0) return decodeFileName(bytes.subarray(0, end));
  if (bytes.length > maxLength) {
    throw new AppImageError('limit', `Cannot read ELF: ${what} may have at most ${maxLength} bytes`, { offset });
  }
  throw malformed(`${what} must end with a NUL byte`, offset);
}

/**
 * Everything counts, not only the section header table, which most linkers write last: `strip`, packers and `patchelf`
 * leave files that end with a section or a segment, and some have no section header table at all.
 */
function endOfElf(
  { source, header }: Context,
  segments: readonly ProgramHeader[],
  sections: readonly SectionHeader[],
): number {
  let end = ELF_HEADER_SIZE[header.ident.class];
  const cover = (what: string, offset: number, length: number) => {
    if (length === 0) return;
    checkInside(source, what, offset, length);
    end = Math.max(end, offset + length);
  };
  cover('section header table', header.sectionHeaderOffset, sections.length * header.sectionHeaderSize);
  cover('program header table', header.programHeaderOffset, segments.length * header.programHeaderSize);
  for (const [index, { type, offset, size }] of sections.entries()) {
    if (type !== SHT_NOBITS && type !== SHT_NULL) cover(`section ${index}`, offset, size);
  }
  for (const [index, { offset, fileSize }] of segments.entries()) cover(`segment ${index}`, offset, fileSize);
  return end;
}

function checkInside(source: ByteSource, what: string, offset: number, length: number): void {
  if (offset + length <= source.size) return;
  throw malformed(
    `${what} must end within ${source.size} bytes, found ${length} bytes at offset ${offset} (is it truncated?)`,
    offset,
  );
}

function malformed(message: string, offset?: number): AppImageError {
  return new AppImageError('malformed', `Cannot read ELF: ${message}`, offset === undefined ? {} : { offset });
}
