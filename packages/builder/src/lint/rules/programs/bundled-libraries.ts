import { HOST_LIBRARY_GROUPS, type HostLibraryGroup, isLoaderName } from '../../data/host-libraries.ts';
import type { Rule } from '../../rule.ts';
import { type ElfFacts, nameOf } from './elf-facts.ts';
import type { ProgramRules } from './program-rules.ts';
import { listWords } from './words.ts';

const HOST_LIBRARY_INSIDE: Rule = {
  id: 'host-library-inside',
  severity: 'warning',
  summary: 'Libraries that must be those of the system are not inside',
  source: {
    name: 'excludelist of the AppImage project, 2024-11',
    url: 'https://github.com/AppImageCommunity/pkg2appimage/blob/master/excludelist',
  },
  remedy: 'Leave the files out, or put them where AppRun uses them only on systems that lack them',
  profiles: ['recommended', 'appimagehub'],
};

/** Launchers look here for libraries that they only use where the system's are older. */
const ON_DEMAND = /(?:^|\/)(?:optional|fallback|compat)(?:\/|$)/;

/** Which libraries are inside that cause trouble there. */
export const bundledLibraryRules: ProgramRules = {
  rules: [HOST_LIBRARY_INSIDE],
  check({ files, hasOwnLoader, architectures }, report) {
    const libraries = files.filter(
      ({ path, architecture }) => architectures.has(architecture) && !ON_DEMAND.test(path),
    );
    for (const group of HOST_LIBRARY_GROUPS) {
      const inside = libraries.filter((file) => belongsTo(file, group));
      const [first] = inside;
      if (first === undefined) continue;
      // With a C library of its own an image takes all others along on purpose, as programs of the two do not mix.
      if (hasOwnLoader && (group.id === 'glibc' || group.id === 'compiler' || group.id === 'base')) continue;
      const names = listWords([...new Set(inside.map((file) => libraryName(file)))].sort());
      report(HOST_LIBRARY_INSIDE, {
        path: first.path,
        severity: hasOwnLoader ? 'note' : group.severity,
        message: `expected no ${group.title} inside (${group.reason}), found ${names}`,
      });
    }
  },
};

function belongsTo(file: ElfFacts, { id, names }: HostLibraryGroup): boolean {
  if (file.kind === 'object' || file.kind === 'core') return false;
  const name = libraryName(file);
  return names.includes(name) || (id === 'glibc' && isLoaderName(name));
}

/** By its own name, as `libc-2.31.so` is `libc.so.6` for everybody who needs it. */
function libraryName({ path, dynamic }: ElfFacts): string {
  return dynamic?.soname ?? nameOf(path);
}
