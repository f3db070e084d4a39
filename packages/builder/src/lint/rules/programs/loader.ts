import { LOADERS } from '../../data/loaders.ts';
import type { Rule } from '../../rule.ts';
import { APPIMAGETOOL } from '../../sources.ts';
import type { ElfFacts } from './elf-facts.ts';
import type { ProgramRules } from './program-rules.ts';
import { listWords } from './words.ts';

const ABI = { name: 'glibc ABI list', url: 'https://sourceware.org/glibc/wiki/ABIList' };

const LOADER_MISSING: Rule = {
  id: 'loader-missing',
  severity: 'error',
  summary: 'Programs ask for the dynamic loader that systems have at that place',
  source: ABI,
  remedy: 'Set the interpreter of the architecture with patchelf --set-interpreter, or link statically',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const FOREIGN_ARCHITECTURE: Rule = {
  id: 'foreign-architecture',
  severity: 'note',
  summary: 'All programs and libraries are for the architecture of the image',
  source: APPIMAGETOOL,
  remedy: 'Leave out what is built for other machines: it can not run there and takes space',
  profiles: ['recommended', 'appimagehub'],
};

/** Whether the kernel can start the programs, and the right ones are there. */
export const loaderRules: ProgramRules = {
  rules: [LOADER_MISSING, FOREIGN_ARCHITECTURE],
  async check({ files, architectures, subject }, report) {
    const byLoader = new Map<string, ElfFacts[]>();
    for (const file of files) {
      if (file.kind !== 'program' || !architectures.has(file.architecture) || hasUsualLoader(file)) continue;
      const { interpreter } = file;
      if (interpreter === null || (await isInside(interpreter))) continue;
      byLoader.set(interpreter, [...(byLoader.get(interpreter) ?? []), file]);
    }
    for (const [loader, programs] of byLoader) {
      const [first] = programs as [ElfFacts];
      const expected = LOADERS[first.architecture]?.[0];
      const more = programs.length === 1 ? '' : ` (and of ${programs.length - 1} more)`;
      report(LOADER_MISSING, {
        path: first.path,
        message: `expected the interpreter ${expected}, found ${describeLoader(loader)}${more}`,
      });
    }
    reportForeign(files, architectures, report);

    async function isInside(interpreter: string): Promise<boolean> {
      const isRelative = !interpreter.startsWith('/');
      if (!(isRelative || interpreter.startsWith('/nix/store/'))) return false;
      return (await subject.resolve(interpreter)) !== undefined;
    }
  },
};

function hasUsualLoader({ architecture, interpreter }: ElfFacts): boolean {
  const loaders = LOADERS[architecture];
  if (loaders === undefined || interpreter === null || loaders.includes(interpreter)) return true;
  // The flags that tell the two kinds of 32-bit ARM apart are missing in some files.
  return architecture === 'armhf' && LOADERS['armel']?.includes(interpreter) === true;
}

function describeLoader(path: string): string {
  if (path.includes('/ld-musl-')) return `${path}, which only systems with musl have`;
  if (path.startsWith('/nix/store/')) return `${path}, which only the machine has that built it`;
  return path.startsWith('/') ? path : `${path}, which is looked for in the working directory`;
}

function reportForeign(
  files: readonly ElfFacts[],
  architectures: ReadonlySet<string>,
  report: Parameters<ProgramRules['check']>[1],
): void {
  const foreign = new Map<string, ElfFacts[]>();
  for (const file of files) {
    if (file.kind === 'core' || architectures.has(file.architecture)) continue;
    foreign.set(file.architecture, [...(foreign.get(file.architecture) ?? []), file]);
  }
  for (const [architecture, found] of foreign) {
    const [first] = found as [ElfFacts];
    const bytes = found.reduce((sum, { entry }) => sum + entry.stat.size, 0);
    const what = found.length === 1 ? '1 file' : `${found.length} files`;
    report(FOREIGN_ARCHITECTURE, {
      path: first.path,
      message: `expected files for ${listWords([...architectures])}, found ${what} for ${architecture} (${bytes} bytes)`,
    });
  }
}
