import {
  ELF_HEADER_SIZE,
  type ElfClass,
  type ElfHeader,
  PROGRAM_HEADER_SIZE,
  type ProgramHeader,
  SECTION_HEADER_SIZE,
  type SectionHeader,
  serializeElfHeader,
  serializeProgramHeader,
  serializeSectionHeader,
} from '../../src/elf/index.ts';
import type { ByteOrder } from '../../src/io/record-reader.ts';

/** What {@link makeElf} puts into a file; everything else is as a linker would write it. */
export interface ElfRecipe {
  readonly class?: ElfClass;
  readonly byteOrder?: ByteOrder;
  readonly machine?: number;
  readonly interpreter?: string;
  readonly sections?: readonly { readonly name: string; readonly bytes?: Uint8Array; readonly noBits?: number }[];
  /** Counts and indexes in section header 0 instead of in the header. */
  readonly extendedNumbering?: boolean;
  readonly header?: Partial<ElfHeader>;
  readonly sectionHeader?: (header: SectionHeader, index: number) => SectionHeader;
  readonly programHeader?: (header: ProgramHeader) => ProgramHeader;
}

/** A small ELF file: header, program headers, contents, section names, section headers. */
export function makeElf(recipe: ElfRecipe = {}): Uint8Array<ArrayBuffer> {
  const { class: elfClass = 64, byteOrder = 'little-endian', machine = 62, sections = [], interpreter } = recipe;
  const layout = { class: elfClass, byteOrder };
  const encoder = new TextEncoder();
  const interpreterBytes = interpreter === undefined ? new Uint8Array(0) : encoder.encode(`${interpreter}\0`);
  const programHeaderCount = interpreter === undefined ? 0 : 1;
  const contents: Uint8Array[] = [];
  let position = ELF_HEADER_SIZE[elfClass] + programHeaderCount * PROGRAM_HEADER_SIZE[elfClass];
  const place = (bytes: Uint8Array): number => {
    const at = position;
    contents.push(bytes);
    position += bytes.length;
    return at;
  };

  const interpreterOffset = place(interpreterBytes);
  let names = '\0';
  const headers: SectionHeader[] = [emptySection];
  const addSection = (name: string, header: Partial<SectionHeader>) => {
    headers.push({ ...emptySection, ...header, nameOffset: names.length, alignment: 1n });
    names += `${name}\0`;
  };
  for (const { name, bytes = new Uint8Array(0), noBits } of sections) {
    if (noBits !== undefined) addSection(name, { type: 8, offset: position, size: noBits });
    else addSection(name, { type: 1, offset: place(bytes), size: bytes.length });
  }
  const nameTableOffset = position;
  addSection('.shstrtab', { type: 3, offset: nameTableOffset });
  const nameTable = encoder.encode(names);
  headers[headers.length - 1] = { ...(headers.at(-1) as SectionHeader), size: place(nameTable) && nameTable.length };

  const extended = recipe.extendedNumbering === true;
  if (extended) {
    headers[0] = { ...emptySection, size: headers.length, link: headers.length - 1, info: programHeaderCount };
  }
  const header: ElfHeader = {
    ident: { ...layout, version: 1, osAbi: 0, abiVersion: 0, padding: new Uint8Array(7) },
    type: 3,
    machine,
    version: 1,
    entry: 0x1000n,
    programHeaderOffset: programHeaderCount === 0 ? 0 : ELF_HEADER_SIZE[elfClass],
    sectionHeaderOffset: position,
    flags: 0,
    headerSize: ELF_HEADER_SIZE[elfClass],
    programHeaderSize: PROGRAM_HEADER_SIZE[elfClass],
    programHeaderCount: extended ? 0xffff : programHeaderCount,
    sectionHeaderSize: SECTION_HEADER_SIZE[elfClass],
    sectionHeaderCount: extended ? 0 : headers.length,
    sectionNameTableIndex: extended ? 0xffff : headers.length - 1,
    ...recipe.header,
  };
  const programHeader: ProgramHeader = {
    type: 3,
    flags: 4,
    offset: interpreterOffset,
    virtualAddress: BigInt(interpreterOffset),
    physicalAddress: BigInt(interpreterOffset),
    fileSize: interpreterBytes.length,
    memorySize: BigInt(interpreterBytes.length),
    alignment: 1n,
  };
  const changeProgramHeader = recipe.programHeader ?? ((unchanged) => unchanged);
  const changeSectionHeader = recipe.sectionHeader ?? ((unchanged) => unchanged);
  return concat([
    serializeElfHeader(header),
    ...(programHeaderCount === 0 ? [] : [serializeProgramHeader(changeProgramHeader(programHeader), layout)]),
    ...contents,
    ...headers.map((section, index) => serializeSectionHeader(changeSectionHeader(section, index), layout)),
  ]);
}

const emptySection: SectionHeader = {
  nameOffset: 0,
  type: 0,
  flags: 0n,
  address: 0n,
  offset: 0,
  size: 0,
  link: 0,
  info: 0,
  alignment: 0n,
  entrySize: 0n,
};

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
