import type { Architecture } from './architectures.ts';
import { type ElfFile, readElfFile } from './elf-file.ts';

const SIZE_LIMIT = 400_000;
const TYPE_SHARED = 3;
const SECTION_PROGRAM_BITS = 1;
const TAG_NEEDED = 1;
const [SEGMENT_INTERPRETER, SEGMENT_STACK, SEGMENT_RELRO] = [3, 0x6474e551, 0x6474e552];
const [EXECUTE, WRITE] = [1, 2];

/** Room that is written into when an image is made or signed, by the sizes that tools expect. */
const RESERVED_SECTIONS: Readonly<Record<string, number>> = {
  '.upd_info': 1024,
  '.sha256_sig': 1024,
  '.sig_key': 8192,
  '.digest_md5': 16,
  '.payload_sha256': 32,
  '.mount_mode': 16,
};

/** What the runtime can decompress, and the other file system that it reads, for tools that do not run it. */
const METHODS_SECTION = '.payload_methods';
const METHODS = 'gzip xz lz4 zstd iso9660';

/** "AI" and the type, in the padding of the ELF identification. */
const MAGIC_OFFSET = 8;
const MAGIC = [0x41, 0x49, 0x02];

export function writeMagic(file: Uint8Array): void {
  file.set(MAGIC, MAGIC_OFFSET);
}

/**
 * Checks a runtime before anything is made with it: it needs nothing but a kernel, is small, and has what a type 2 AppImage
 * needs, where other tools look for it.
 *
 * @throws Error that says what was expected and what was found
 */
export function verifyRuntime(file: Uint8Array, architecture: Pick<Architecture, 'elfClass' | 'elfMachine'>): void {
  const what = 'runtime';
  const elf = verifyElf(file, {
    what,
    architecture,
    sizeLimit: SIZE_LIMIT,
    reservedSections: RESERVED_SECTIONS,
    relocationsReadOnly: true,
  });
  const magic = [...file.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 3)].join(' ');
  expect(what, 'magic of type 2', magic, MAGIC.join(' '));
  const methods = new TextDecoder().decode(sectionContent(what, file, elf, METHODS_SECTION));
  expect(what, `text of ${METHODS_SECTION}`, methods.replace(/\0+$/, ''), METHODS);
}

/** What a program is to be like. */
export interface ElfRules {
  /** How messages call it. */
  readonly what: string;
  readonly architecture: Pick<Architecture, 'elfClass' | 'elfMachine'>;
  /** Bytes. */
  readonly sizeLimit: number;
  /** Sections of zeros, by their sizes. */
  readonly reservedSections: Readonly<Record<string, number>>;
  /** Whether it has relocations, which are to be read-only. */
  readonly relocationsReadOnly: boolean;
}

/**
 * Checks that a program needs nothing but a kernel, is small, and ends where its headers say.
 *
 * @throws Error that says what was expected and what was found
 */
export function verifyElf(file: Uint8Array, rules: ElfRules): ElfFile {
  const { what, architecture, sizeLimit, reservedSections, relocationsReadOnly } = rules;
  const elf = readElfFile(file);
  expect(what, 'ELF class', elf.class, architecture.elfClass);
  expect(what, 'machine', elf.machine, architecture.elfMachine);
  expect(what, 'position independent', elf.type, TYPE_SHARED);

  const segment = (type: number) => elf.segments.find((candidate) => candidate.type === type);
  expect(what, 'program interpreter', segment(SEGMENT_INTERPRETER) !== undefined, false);
  expect(what, 'needed libraries', elf.dynamicTags.filter((tag) => tag === TAG_NEEDED).length, 0);
  expect(what, 'flags of the stack', segment(SEGMENT_STACK)?.flags, 6);
  if (relocationsReadOnly) expect(what, 'read-only relocations', segment(SEGMENT_RELRO) !== undefined, true);
  const both = elf.segments.filter(({ flags }) => (flags & EXECUTE) !== 0 && (flags & WRITE) !== 0);
  expect(what, 'segments that can be written and executed', both.length, 0);
  expect(what, `below ${sizeLimit} bytes`, file.length < sizeLimit, true);

  for (const [name, size] of Object.entries(reservedSections)) {
    const content = sectionContent(what, file, elf, name);
    expect(what, `size of ${name}`, content.length, size);
    expect(
      what,
      `zeros in ${name}`,
      content.every((byte) => byte === 0),
      true,
    );
  }
  expect(what, 'end of the ELF part', elf.end, file.length);
  return elf;
}

function sectionContent(what: string, file: Uint8Array, elf: ElfFile, name: string): Uint8Array {
  const section = elf.sections.find((candidate) => candidate.name === name);
  if (section === undefined) throw new Error(`Cannot use the ${what}: there is no section ${name}`);
  expect(what, `type of ${name}`, section.type, SECTION_PROGRAM_BITS);
  return file.subarray(section.offset, section.offset + section.size);
}

function expect<T>(what: string, aspect: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`Cannot use the ${what}: ${aspect}: expected ${expected}, found ${found}`);
}
