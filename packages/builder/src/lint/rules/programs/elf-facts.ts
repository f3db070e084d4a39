import { type DynamicSection, type Elf, type FileEntry, isAboutImage, readDynamicSection } from '@appimage-js/format';
import type { VisitedFile } from '../../subject/visited-file.ts';

/** What of a dynamic section is kept. */
export type LoadedWith = Omit<DynamicSection, 'offeredVersions' | 'withoutDefaultLibraries'>;

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
  readonly dynamic: LoadedWith | null;
  /** Whether it asks for a stack that can be executed, be it by saying nothing. */
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

/** Where a file that says nothing of the stack gets one that can be executed. */
const STACK_BY_HABIT: ReadonlySet<string> = new Set(['x86_64', 'i686', 'x32']);

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
    if (isAboutImage(error)) return error.message;
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
    dynamic: dynamic && trim(dynamic),
    executableStack: stack === undefined ? STACK_BY_HABIT.has(elf.architecture) : (stack.flags & PF_X) !== 0,
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

/** Far more than any program needs; what lies beyond fills the memory, where an image is made for that. */
const MAXIMUM_NEEDED = 1024;
/** No file has a longer name. */
const MAXIMUM_NAME_LENGTH = 255;
/** Versions of the C and C++ libraries, as against those that libraries of all kinds have of their own. */
const HOST_VERSION = /^(?:GLIBC|GLIBCXX|CXXABI|GCC)_.{1,32}$/;

function trim({ needed, neededVersions, soname, rpath, runpath, ...flags }: DynamicSection): LoadedWith {
  const { textRelocations, positionIndependentProgram } = flags;
  return {
    needed: needed.filter((name) => name.length <= MAXIMUM_NAME_LENGTH).slice(0, MAXIMUM_NEEDED),
    soname: soname?.slice(0, MAXIMUM_NAME_LENGTH) ?? null,
    rpath,
    runpath,
    textRelocations,
    positionIndependentProgram,
    neededVersions: neededVersions.flatMap(({ library, versions, weak }) => {
      const ofHost = versions.filter((name) => HOST_VERSION.test(name) && !weak.includes(name));
      return ofHost.length === 0 ? [] : [{ library, versions: ofHost, weak: [] }];
    }),
  };
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
