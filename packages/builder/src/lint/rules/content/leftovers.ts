import type { FileEntry } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { Tally } from './tally.ts';

/** A rule about files that nobody needs who runs the application, known by their paths. */
interface LeftoverRule {
  readonly rule: Rule;
  readonly pattern: RegExp;
  /** The kind of entry that has to have the path. */
  readonly type: 'file' | 'directory';
  readonly singular: string;
  readonly plural: string;
  /** Fewer bytes than this are not worth a word. Default 0. */
  readonly fromBytes?: number;
}

const PKG2APPIMAGE = {
  name: 'pkg2appimage, functions.sh, what it deletes from an AppDir',
  url: 'https://github.com/AppImageCommunity/pkg2appimage',
};

const VERSION_CONTROL: Rule = {
  id: 'version-control-inside',
  severity: 'warning',
  summary: 'No repository of a version control system is inside',
  source: { name: 'CWE-527', url: 'https://cwe.mitre.org/data/definitions/527.html' },
  remedy: 'Leave the directory out: it has all earlier versions, and whatever was ever committed',
  profiles: ['recommended', 'appimagehub'],
};

const DEVELOPMENT_FILES: Rule = {
  id: 'development-files-inside',
  severity: 'note',
  summary: 'Nothing is inside that only compilers and linkers need',
  source: PKG2APPIMAGE,
  remedy: 'Leave headers, static libraries, .la, .pc and CMake files out',
  profiles: ['recommended'],
};

const EDITOR_LEFTOVERS: Rule = {
  id: 'editor-leftovers-inside',
  severity: 'note',
  summary: 'No backup or index of an editor or file manager is inside',
  source: { name: 'gitignore templates, "Global"', url: 'https://github.com/github/gitignore/tree/main/Global' },
  remedy: 'Leave the files out',
  profiles: ['recommended'],
};

const BUILD_CACHE: Rule = {
  id: 'build-cache-inside',
  severity: 'note',
  summary: 'No cache of a build tool is inside',
  source: { name: 'gitignore templates', url: 'https://github.com/github/gitignore' },
  remedy: 'Leave the directory out, or build the AppDir from what is installed and not from the work tree',
  profiles: ['recommended'],
};

const CORE_DUMP: Rule = {
  id: 'core-dump-inside',
  severity: 'warning',
  summary: 'No memory of a crashed program is inside',
  source: { name: 'core(5)', url: 'https://man7.org/linux/man-pages/man5/core.5.html' },
  remedy: 'Leave the file out: it is large, and has whatever the program knew',
  profiles: ['recommended'],
};

const SOURCE_MAPS: Rule = {
  id: 'source-maps-inside',
  severity: 'note',
  summary: 'No source maps are inside',
  source: { name: 'ECMA-426, Source map format', url: 'https://tc39.es/ecma426/' },
  remedy: 'Leave *.map out where the sources are not to be seen, or the size matters',
  profiles: [],
};

const LEFTOVERS: readonly LeftoverRule[] = [
  {
    rule: VERSION_CONTROL,
    pattern: /(?:^|\/)(?:\.git|\.svn|\.hg|\.bzr|CVS)$/,
    type: 'directory',
    singular: 'repository',
    plural: 'repositories',
  },
  {
    rule: DEVELOPMENT_FILES,
    pattern:
      /(?:^|\/)usr\/include\/.|(?:^|\/)lib(?:64)?\/(?:.*\/)?(?:[^/]+\.(?:a|la|o)|pkgconfig\/[^/]+\.pc|cmake\/.+\.cmake)$/,
    type: 'file',
    singular: 'file for compilers',
    plural: 'files for compilers',
  },
  {
    rule: EDITOR_LEFTOVERS,
    pattern: /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|[^/]+(?:~|\.sw[op]|\.orig|\.rej)|\.#[^/]+|\._[^/]+)$/,
    type: 'file',
    singular: 'leftover',
    plural: 'leftovers',
  },
  {
    rule: BUILD_CACHE,
    pattern:
      /(?:^|\/)(?:node_modules\/\.cache|\.ccache|\.gradle|\.mypy_cache|\.pytest_cache|\.ruff_cache|\.tox|\.nyc_output|CMakeFiles|\.npm|\.yarn\/cache)$/,
    type: 'directory',
    singular: 'cache',
    plural: 'caches',
  },
  {
    rule: SOURCE_MAPS,
    pattern: /\.(?:[cm]?js|css)\.map$/,
    type: 'file',
    singular: 'source map',
    plural: 'source maps',
    fromBytes: 65_536,
  },
];

/** What is in an image by mistake. */
export const leftoverCheck: Check = {
  rules: [...LEFTOVERS.map(({ rule }) => rule), CORE_DUMP],
  visit(_subject, report) {
    const kinds = LEFTOVERS.map((leftover) => ({ ...leftover, tally: new Tally() }));
    return {
      entry({ path, stat }: FileEntry) {
        for (const { type, pattern, tally } of kinds) {
          if (stat.type === type && pattern.test(path)) tally.add(path, stat.size);
        }
      },
      async file(file) {
        const { head, path } = file;
        // "\x7fELF", and a type that only the kernel and debuggers write.
        if (head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) return;
        if (head[16] !== 4 && head[17] !== 4) return;
        if ((await file.elf())?.header.type !== 4) return;
        report(CORE_DUMP, {
          path,
          message: `expected no core dump, found one of ${file.entry.stat.size} bytes`,
        });
      },
      finish() {
        for (const { rule, tally, singular, plural, fromBytes = 0 } of kinds) {
          if (tally.first === undefined || tally.bytes < fromBytes) continue;
          const message = `expected no ${singular} inside, found ${tally.describe(singular, plural)}`;
          report(rule, { path: tally.first, message });
        }
      },
    };
  },
};
