import { type DynamicSection, type Elf, type FileEntry, readDynamicSection } from '@appimage-js/format';
import { isDamage } from '../../subject/damage.ts';
import type { VisitedFile } from '../../subject/visited-file.ts';

/** What the rules on programs want to know of an ELF file; little, so that it can be kept of thousands. */
export interface ElfFacts {
  readonly path: string;
  /** The path without its last part; "" in the root. */
  readonly folder: string;
  readonly entry: FileEntry;
  /** In the spelling of AppImage file names. */
  readonly architecture: string;
  readonly kind: 'program' | 'library' | 'object' | 'core';
  readonly interpreter: string | null;
  /** Null for a static program. */
  readonly dynamic: DynamicSection | null;
  /** Whether it asks for a stack that can be executed. */
  readonly executableStack: boolean;
  /** Bytes of sections that only a debugger reads. */
  readonly debugBytes: number;
}

const ET_REL = 1;
const ET_EXEC = 2;
const ET_CORE = 4;
const PT_LOAD = 1;
const PT_GNU_STACK = 0x6474_e551;
const PF_X = 1;
const SHT_NOBITS = 8;

/** Sections of DWARF and of older debuggers, compressed ones too. */
const DEBUG_SECTION = /^\.z?debug_|^\.stab/;

/**
 * Reads what the rules want to know.
 *
 * @returns a sentence about what is wrong where the file contradicts itself
 */
export async function readElfFacts(file: VisitedFile, elf: Elf, signal?: AbortSignal): Promise<ElfFacts | string> {
  const crooked = misalignedSegment(elf);
  if (crooked !== undefined) return crooked;
  try {
    const dynamic = await readDynamicSection(file.source, elf, { signal });
    return factsOf(file, elf, dynamic);
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  }
}

/** What `strip` and `patchelf` leave of files that they do not understand; the loader refuses it. */
function misalignedSegment({ programHeaders }: Elf): string | undefined {
  const crooked = programHeaders.find(
    ({ type, virtualAddress, offset, alignment }) =>
      type === PT_LOAD && alignment > 1n && (virtualAddress - BigInt(offset)) % alignment !== 0n,
  );
  if (crooked === undefined) return undefined;
  const { offset, virtualAddress, alignment } = crooked;
  const places = `offset ${offset} and address 0x${virtualAddress.toString(16)}`;
  return `Cannot load ELF: a segment's offset and address must be equal modulo ${alignment}, found ${places}`;
}

function factsOf({ path, entry }: VisitedFile, elf: Elf, dynamic: DynamicSection | null): ElfFacts {
  const stack = elf.programHeaders.find(({ type }) => type === PT_GNU_STACK);
  const debug = elf.sections.filter(({ name, type }) => type !== SHT_NOBITS && DEBUG_SECTION.test(name));
  return {
    path,
    folder: folderOf(path),
    entry,
    architecture: elf.architecture,
    kind: kindOf(elf, dynamic),
    interpreter: elf.interpreter,
    dynamic,
    executableStack: stack !== undefined && (stack.flags & PF_X) !== 0,
    debugBytes: debug.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Some libraries can be started, to print their version: what has a name for others to need is a library. */
function kindOf({ header, interpreter }: Elf, dynamic: DynamicSection | null): ElfFacts['kind'] {
  if (header.type === ET_REL) return 'object';
  if (header.type === ET_CORE) return 'core';
  if (header.type === ET_EXEC) return 'program';
  const isProgram = interpreter !== null || dynamic?.positionIndependentProgram === true;
  return isProgram && (dynamic?.soname ?? null) === null ? 'program' : 'library';
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
