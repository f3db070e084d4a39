import type { Architecture } from './architectures.ts';
import { readElfFile } from './elf-file.ts';

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

/** What the runtime can decompress, for tools that do not run it. */
const METHODS_SECTION = '.payload_methods';
const METHODS = 'gzip xz lz4 zstd';

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
  const elf = readElfFile(file);
  expect('ELF class', elf.class, architecture.elfClass);
  expect('machine', elf.machine, architecture.elfMachine);
  expect('position independent', elf.type, TYPE_SHARED);
  expect('magic of type 2', [...file.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 3)].join(' '), MAGIC.join(' '));

  const segment = (type: number) => elf.segments.find((candidate) => candidate.type === type);
  expect('program interpreter', segment(SEGMENT_INTERPRETER) !== undefined, false);
  expect('needed libraries', elf.dynamicTags.filter((tag) => tag === TAG_NEEDED).length, 0);
  expect('flags of the stack', segment(SEGMENT_STACK)?.flags, 6);
  expect('read-only relocations', segment(SEGMENT_RELRO) !== undefined, true);
  const both = elf.segments.filter(({ flags }) => (flags & EXECUTE) !== 0 && (flags & WRITE) !== 0);
  expect('segments that can be written and executed', both.length, 0);
  expect(`below ${SIZE_LIMIT} bytes`, file.length < SIZE_LIMIT, true);

  for (const [name, size] of Object.entries(RESERVED_SECTIONS)) {
    const content = sectionContent(name);
    expect(`size of ${name}`, content.length, size);
    expect(
      `zeros in ${name}`,
      content.every((byte) => byte === 0),
      true,
    );
  }
  const methods = new TextDecoder().decode(sectionContent(METHODS_SECTION));
  expect(`text of ${METHODS_SECTION}`, methods.replace(/\0+$/, ''), METHODS);
  expect('end of the ELF part', elf.end, file.length);

  function sectionContent(name: string): Uint8Array {
    const section = elf.sections.find((candidate) => candidate.name === name);
    if (section === undefined) throw new Error(`Cannot use the runtime: there is no section ${name}`);
    expect(`type of ${name}`, section.type, SECTION_PROGRAM_BITS);
    return file.subarray(section.offset, section.offset + section.size);
  }
}

function expect<T>(what: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`Cannot use the runtime: ${what}: expected ${expected}, found ${found}`);
}
