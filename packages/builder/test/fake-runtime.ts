import { writeFileSync } from 'node:fs';
import {
  type ElfHeader,
  type SectionHeader,
  serializeAppImageMagic,
  serializeElfHeader,
  serializeSectionHeader,
} from '@appimage-js/format';

/** What {@link fakeRuntime} looks like to the builder. */
export interface FakeRuntime {
  /** EM_ number. Default 62, x86_64. */
  readonly machine?: number;
  readonly magic?: boolean;
  readonly sections?: readonly string[];
}

const SECTION_SIZE = 1024;

/** An ELF file with a runtime's sections and magic that can not be run; a test of the builder needs no C compiler. */
export function fakeRuntime({
  machine = 62,
  magic = true,
  sections = ['.upd_info', '.sha256_sig', '.sig_key'],
}: FakeRuntime = {}): Uint8Array {
  const names = `\0${[...sections, '.shstrtab'].join('\0')}\0`;
  const nameTableOffset = 64 + sections.length * SECTION_SIZE;
  const table = Math.ceil((nameTableOffset + names.length) / 8) * 8;
  const section = (name: string, rest: Partial<SectionHeader>): SectionHeader => ({
    nameOffset: name === '' ? 0 : names.indexOf(name),
    type: 0,
    flags: 0n,
    address: 0n,
    offset: 0,
    size: 0,
    link: 0,
    info: 0,
    alignment: 0n,
    entrySize: 0n,
    ...rest,
  });
  const headers = [
    section('', {}),
    ...sections.map((name, index) => section(name, { type: 1, offset: 64 + index * SECTION_SIZE, size: SECTION_SIZE })),
    section('.shstrtab', { type: 3, offset: nameTableOffset, size: names.length }),
  ];
  const layout = { class: 64, byteOrder: 'little-endian' } as const;
  const header: ElfHeader = {
    ident: { ...layout, version: 1, osAbi: 0, abiVersion: 0, padding: new Uint8Array(7) },
    type: 2,
    machine,
    version: 1,
    entry: 0n,
    programHeaderOffset: 0,
    sectionHeaderOffset: table,
    flags: 0,
    headerSize: 64,
    programHeaderSize: 56,
    programHeaderCount: 0,
    sectionHeaderSize: 64,
    sectionHeaderCount: headers.length,
    sectionNameTableIndex: headers.length - 1,
  };
  const file = new Uint8Array(table + headers.length * 64);
  file.set(serializeElfHeader(header));
  if (magic) file.set(serializeAppImageMagic(2), 8);
  file.set(new TextEncoder().encode(names), nameTableOffset);
  for (const [index, each] of headers.entries()) file.set(serializeSectionHeader(each, layout), table + index * 64);
  return file;
}

/** Writes a {@link fakeRuntime} into a file and returns its path. */
export function writeFakeRuntime(path: string, options?: FakeRuntime): string {
  writeFileSync(path, fakeRuntime(options));
  return path;
}

/** A small ELF file that tells an architecture and nothing else. */
export function elfProgram(machine: number): Uint8Array {
  return fakeRuntime({ machine, magic: false, sections: [] });
}
