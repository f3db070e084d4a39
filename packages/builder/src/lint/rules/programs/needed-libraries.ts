import { DESKTOP_LIBRARIES, isOnEveryTarget } from '../../data/host-libraries.ts';
import type { Rule } from '../../rule.ts';
import { THE_PAYLOAD_APPLICATION } from '../../sources.ts';
import type { ElfFacts } from './elf-facts.ts';
import type { ProgramRules } from './program-rules.ts';
import type { Programs } from './programs.ts';
import { listWords } from './words.ts';

const LIBRARY_MISSING: Rule = {
  id: 'library-missing',
  severity: 'error',
  summary: 'Every library that a program needs to start is inside, or on every system',
  source: THE_PAYLOAD_APPLICATION,
  remedy: 'Put the library into usr/lib, from where the program was built',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const PLUGIN_LIBRARY_MISSING: Rule = {
  id: 'plugin-library-missing',
  severity: 'note',
  summary: 'Every library that a plugin needs is inside, or on every system',
  source: THE_PAYLOAD_APPLICATION,
  remedy: 'Put the library inside, or leave the plugin out',
  profiles: ['recommended'],
};

const DESKTOP_LIBRARIES_NEEDED: Rule = {
  id: 'desktop-libraries-needed',
  severity: 'note',
  severityIn: { strict: 'warning' },
  summary: 'No library is needed of the system that only most desktops have',
  source: THE_PAYLOAD_APPLICATION,
  remedy: 'Put the libraries inside where the application is to start on every system',
  profiles: ['recommended'],
};

const LIBRARY_OUT_OF_REACH: Rule = {
  id: 'library-out-of-reach',
  severity: 'warning',
  summary: 'The loader is told where the libraries are that are inside',
  source: { name: 'ld.so(8), "DESCRIPTION"', url: 'https://man7.org/linux/man-pages/man8/ld.so.8.html' },
  remedy: "Link the program with -rpath '$ORIGIN/../lib', or set LD_LIBRARY_PATH in AppRun",
  profiles: ['recommended'],
};

/** All of them, unless somebody forgot to put in any. */
const MOST_NAMES = 40;

/** A library that is not where it is looked for. */
interface Lack {
  readonly name: string;
  readonly by: ElfFacts;
  others: number;
}

/** Whether all libraries are there that files name as needed. */
export const neededLibraryRules: ProgramRules = {
  rules: [LIBRARY_MISSING, LIBRARY_OUT_OF_REACH, DESKTOP_LIBRARIES_NEEDED, PLUGIN_LIBRARY_MISSING],
  check(programs, report) {
    const { missing, desktop, unreachable } = findLacks(programs, [...programs.started]);
    for (const [{ path }, lacks] of Map.groupBy(missing, ({ by }) => by)) {
      const names = listWords(lacks.map(describeLack).sort(), MOST_NAMES);
      report(LIBRARY_MISSING, { path, message: `expected all libraries that it needs, found no ${names}` });
    }
    for (const lack of unreachable) {
      const found = programs.find(lack.name, lack.by.architecture)?.file.path;
      report(LIBRARY_OUT_OF_REACH, {
        path: lack.by.path,
        message: `expected ${describeLack(lack)} where the loader looks, found only ${found}`,
      });
    }
    reportDesktop(desktop, report);
    const plugins = programs.files.filter(
      (file) => !programs.started.has(file) && (file.kind === 'library' || file.kind === 'program'),
    );
    const byPlugin = Map.groupBy(findLacks(programs, plugins).missing, ({ by }) => by);
    for (const [{ path }, lacks] of byPlugin) {
      const names = listWords(lacks.map(({ name }) => name).sort());
      report(PLUGIN_LIBRARY_MISSING, {
        path,
        message: `expected all libraries that the plugin needs, found no ${names}`,
      });
    }
  },
};

function reportDesktop(desktop: readonly Lack[], report: Parameters<ProgramRules['check']>[1]): void {
  const [first] = desktop;
  if (first === undefined) return;
  const names = listWords(desktop.map(({ name }) => name).sort());
  report(DESKTOP_LIBRARIES_NEEDED, {
    path: first.by.path,
    message: `expected libraries that are inside or on every system, found ${desktop.length} that only most desktops have: ${names}`,
  });
}

function describeLack({ name, others }: Lack): string {
  return others === 0 ? name : `${name} (needed by ${others} more)`;
}

interface Lacks {
  readonly missing: readonly Lack[];
  /** Not inside, but on most desktops. */
  readonly desktop: readonly Lack[];
  /** Inside, but not where the loader looks. */
  readonly unreachable: readonly Lack[];
}

function findLacks({ find, hasOwnLoader, architectures }: Programs, files: readonly ElfFacts[]): Lacks {
  const lacks: Record<keyof Lacks, Map<string, Lack>> = {
    missing: new Map(),
    desktop: new Map(),
    unreachable: new Map(),
  };
  for (const file of files) {
    if (!architectures.has(file.architecture)) continue;
    for (const name of file.dynamic?.needed ?? []) {
      const found = find(name, file.architecture);
      const kind =
        found === undefined ? kindOfMissing(name, hasOwnLoader) : found.isInReach ? undefined : 'unreachable';
      if (kind === undefined || (kind === 'unreachable' && isOnEveryTarget(name))) continue;
      const known = lacks[kind].get(name);
      if (known === undefined) lacks[kind].set(name, { name, by: file, others: 0 });
      else known.others += 1;
    }
  }
  return {
    missing: [...lacks.missing.values()],
    desktop: [...lacks.desktop.values()],
    unreachable: [...lacks.unreachable.values()],
  };
}

/** A loader of one's own looks nowhere on the system, or only as a last resort. */
function kindOfMissing(name: string, hasOwnLoader: boolean): 'missing' | 'desktop' | undefined {
  if (isOnEveryTarget(name)) return undefined;
  return DESKTOP_LIBRARIES.has(name) && !hasOwnLoader ? 'desktop' : 'missing';
}
