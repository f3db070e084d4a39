import { isBuildPlace } from '../../data/build-places.ts';
import type { Rule } from '../../rule.ts';
import type { ElfFacts } from './elf-facts.ts';
import type { ProgramRules } from './program-rules.ts';
import { resolveEntry, searchEntries } from './search-folders.ts';

const SEARCH_PATH_OUTSIDE: Rule = {
  id: 'search-path-outside',
  severity: 'warning',
  summary: 'Search paths in programs and libraries (RPATH, RUNPATH) stay within the image',
  source: { name: 'ld.so(8), "Dynamic string tokens"', url: 'https://man7.org/linux/man-pages/man8/ld.so.8.html' },
  remedy: "Set a path relative to the file, such as patchelf --set-rpath '$ORIGIN/../lib', or remove it",
  profiles: ['recommended'],
};

interface Outside {
  readonly file: ElfFacts;
  readonly why: string;
  count: number;
}

/** Where the loader is told to look for libraries. */
export const searchPathRules: ProgramRules = {
  rules: [SEARCH_PATH_OUTSIDE],
  check({ files, hasOwnLoader }, report) {
    const outside = new Map<string, Outside>();
    for (const file of files) {
      for (const entry of searchEntries(file)) {
        const why = whatIsWrong(entry, file, hasOwnLoader);
        if (why === undefined) continue;
        const known = outside.get(entry);
        if (known === undefined) outside.set(entry, { file, why, count: 1 });
        else known.count += 1;
      }
    }
    for (const [entry, { file, why, count }] of outside) {
      const more = count === 1 ? '' : ` (in ${count} files)`;
      report(SEARCH_PATH_OUTSIDE, {
        path: file.path,
        message: `expected a search path that begins with $ORIGIN and stays inside, found ${JSON.stringify(entry)}, ${why}${more}`,
      });
    }
  },
};

function whatIsWrong(entry: string, { folder }: ElfFacts, hasOwnLoader: boolean): string | undefined {
  if (entry === '') return 'which stands for the working directory';
  if (/^\$\{?ORIGIN\b/.test(entry)) {
    return resolveEntry(entry, folder) === undefined ? 'which leads out of the image' : undefined;
  }
  if (entry.startsWith('/nix/store/') && hasOwnLoader) return undefined;
  if (/^\$\{?(?:LIB|PLATFORM)\b/.test(entry) || !entry.startsWith('/'))
    return 'which is looked up in the working directory';
  return isBuildPlace(entry) ? 'a folder of the machine that built it' : "where the system's libraries may be others";
}
