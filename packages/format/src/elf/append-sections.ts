import { bufferSource } from '../io/byte-source.ts';
import { concatBytes } from '../io/concat-bytes.ts';
import { serializeElfHeader } from './elf-header.ts';
import { readElf } from './read-elf.ts';
import { SECTION_HEADER_SIZE, type SectionHeader, serializeSectionHeader } from './section-header.ts';

/** SHT_PROGBITS: contents whose meaning is the program's own affair. */
const SHT_PROGBITS = 1;

/** Section contents and the table of headers begin at a multiple of this. */
const ALIGNMENT = 8;

/** Numbers from here on are escapes of extended numbering. */
const SHN_LORESERVE = 0xff00;

/** A section that no program maps into memory. */
export interface AppendedSection {
  /** Such as `.icon`: ASCII, without NUL. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A copy of an ELF file with more sections behind everything that was there, as `objcopy --add-section` makes them. No offset,
 * segment or address of the program changes; only the tables of sections and of their names are written anew.
 *
 * @param file exactly the ELF file
 * @throws AppImageError as `readElf`
 * @throws RangeError for a file without sections, or with more than 65,279
 */
export async function appendSections(file: Uint8Array, sections: readonly AppendedSection[]): Promise<Uint8Array> {
  const source = bufferSource(file);
  const { header, sections: present } = await readElf(source);
  const nameTable = present[header.sectionNameTableIndex];
  if (nameTable === undefined || present.length + sections.length >= SHN_LORESERVE) {
    throw new RangeError(
      `Cannot append ELF sections: file must have 1 to ${SHN_LORESERVE - 1 - sections.length} sections with a table of their names, found ${present.length}`,
    );
  }
  const pieces: Uint8Array[] = [file];
  let position = file.length;
  const append = (bytes: Uint8Array): number => {
    const padding = -position & (ALIGNMENT - 1);
    pieces.push(new Uint8Array(padding), bytes);
    const start = position + padding;
    position = start + bytes.length;
    return start;
  };
  const added = sections.map(({ bytes }) => ({ offset: append(bytes), size: bytes.length }));
  const oldNames = await source.read(nameTable.offset, nameTable.size);
  const names = concatBytes([oldNames, new TextEncoder().encode(sections.map(({ name }) => `${name}\0`).join(''))]);
  const namesOffset = append(names);
  let nameOffset = oldNames.length;
  const headers: SectionHeader[] = present.map((section) =>
    section === nameTable ? { ...section, offset: namesOffset, size: names.length } : section,
  );
  for (const [index, { name }] of sections.entries()) {
    headers.push({ ...EMPTY_SECTION, type: SHT_PROGBITS, nameOffset, ...added[index] });
    nameOffset += name.length + 1;
  }
  const { ident } = header;
  const sectionHeaderOffset = append(concatBytes(headers.map((each) => serializeSectionHeader(each, ident))));
  const result = concatBytes(pieces);
  const sectionHeaderSize = SECTION_HEADER_SIZE[ident.class];
  result.set(
    serializeElfHeader({ ...header, sectionHeaderOffset, sectionHeaderSize, sectionHeaderCount: headers.length }),
  );
  return result;
}

const EMPTY_SECTION: SectionHeader = {
  nameOffset: 0,
  type: 0,
  flags: 0n,
  address: 0n,
  offset: 0,
  size: 0,
  link: 0,
  info: 0,
  alignment: 1n,
  entrySize: 0n,
};
