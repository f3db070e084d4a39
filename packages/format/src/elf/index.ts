export { type AppendedSection, appendSections } from './append-sections.ts';
export {
  APPIMAGE_MAGIC_OFFSET,
  APPIMAGE_MAGIC_SIZE,
  type AppImageType,
  parseAppImageMagic,
  readAppImageMagic,
  serializeAppImageMagic,
} from './appimage-magic.ts';
export { type DynamicSection, readDynamicSection } from './dynamic/dynamic-section.ts';
export { readNeededLibraries } from './dynamic/needed-libraries.ts';
export type { NeededVersions } from './dynamic/read-versions.ts';
export {
  ELF_HEADER_MAXIMUM_SIZE,
  ELF_HEADER_SIZE,
  type ElfHeader,
  parseElfHeader,
  serializeElfHeader,
} from './elf-header.ts';
export type { ElfClass, ElfIdent } from './elf-ident.ts';
export { type ElfIcon, type EmbeddedIcon, embedIcon, readEmbeddedIcons } from './elficon/embed-icon.ts';
export type { ElfIconEntry } from './elficon/icon-list.ts';
export { architectureName, readArchitecture } from './machine.ts';
export { readPayloadMethods } from './payload-methods.ts';
export {
  PROGRAM_HEADER_SIZE,
  type ProgramHeader,
  parseProgramHeader,
  serializeProgramHeader,
} from './program-header.ts';
export { type Elf, type ElfLimits, type ElfSection, type ReadElfOptions, readElf } from './read-elf.ts';
export type { ElfRecordLayout } from './record-layout.ts';
export {
  findSection,
  patchSection,
  type ReadSectionOptions,
  readSection,
  type SectionPatch,
} from './section-content.ts';
export {
  parseSectionHeader,
  SECTION_HEADER_SIZE,
  type SectionHeader,
  SHT_NOBITS,
  SHT_NULL,
  SHT_STRTAB,
  serializeSectionHeader,
} from './section-header.ts';
