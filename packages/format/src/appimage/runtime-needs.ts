import { readNeededLibraries } from '../elf/dynamic/needed-libraries.ts';
import type { Elf } from '../elf/read-elf.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';

/** What the program at the start of a file needs on the host before the application's turn comes. */
export interface RuntimeNeeds {
  readonly linkage: 'static' | 'dynamic' | 'script';
  /** The dynamic loader, or the interpreter of a script; null for a static program. */
  readonly interpreter: string | null;
  /** What the loader must find, and libfuse where the runtime opens it by itself. */
  readonly libraries: readonly string[];
}

/** Runtimes that open libfuse by themselves have about 190 KB. */
const LARGEST_SEARCHED = 2 * 1_048_576;

/** Names under which runtimes open libfuse by themselves; no list of needed libraries has it. */
const FUSE_LIBRARIES = ['libfuse.so.2', 'libfuse3.so.3'];

/** Finds out what a runtime needs. Of a dynamic one all bytes are looked at, of a static one none. */
export async function readRuntimeNeeds(source: ByteSource, elf: Elf, options?: ReadOptions): Promise<RuntimeNeeds> {
  const needed = await readNeededLibraries(source, elf, options);
  if (elf.interpreter === null && needed.length === 0) return { linkage: 'static', interpreter: null, libraries: [] };
  const opened = await readOpenedLibraries(source, elf, options);
  const libraries = [...needed, ...opened.filter((name) => !needed.includes(name))];
  return { linkage: 'dynamic', interpreter: elf.interpreter, libraries };
}

async function readOpenedLibraries(source: ByteSource, { end }: Elf, options?: ReadOptions): Promise<string[]> {
  if (end > LARGEST_SEARCHED) return [];
  const text = new TextDecoder('latin1').decode(await source.read(0, end, options));
  return FUSE_LIBRARIES.filter((name) => text.includes(`${name}\0`));
}
