import { encodeFileName } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { Tally } from './tally.ts';

const NAME_NOT_UTF8: Rule = {
  id: 'name-not-utf8',
  severity: 'warning',
  summary: 'File names are UTF-8',
  source: { name: 'Filesystem Hierarchy of desktop systems: all locales are UTF-8' },
  remedy: 'Rename the file; convmv does it for whole trees',
  profiles: ['recommended'],
};

const NAME_CONTROL_CHARACTER: Rule = {
  id: 'name-control-character',
  severity: 'warning',
  summary: 'File names are without line breaks and other control characters',
  source: { name: 'POSIX.1-2024, "Filename", the recommendation against newlines' },
  remedy: 'Rename the file: scripts and terminals take such names apart',
  profiles: ['recommended'],
};

const NAMES_DIFFER_BY_CASE: Rule = {
  id: 'names-differ-by-case',
  severity: 'note',
  summary: 'Names in a directory differ by more than upper and lower case',
  source: { name: 'Extraction on file systems that ignore case, as those of macOS and Windows do' },
  remedy: 'Rename one of them where the image is to be extracted or built there',
  profiles: [],
};

const PATH_TOO_LONG: Rule = {
  id: 'path-too-long',
  severity: 'warning',
  summary: 'Paths leave room for the place where the image is mounted',
  source: { name: 'Linux, PATH_MAX', url: 'https://man7.org/linux/man-pages/man7/path_resolution.7.html' },
  remedy: 'Move the files up, or shorten the names of their directories',
  profiles: ['recommended'],
};

/** PATH_MAX without a generous place to extract to. */
const MAXIMUM_LENGTH = 3840;

/** Names and paths. */
export const fileNameCheck: Check = {
  rules: [NAME_NOT_UTF8, NAME_CONTROL_CHARACTER, NAMES_DIFFER_BY_CASE, PATH_TOO_LONG],
  visit(_subject, report) {
    const folded = new Set<string>();
    const alike = new Tally();
    return {
      entry({ path }) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        if (/[\udc80-\udcff]/.test(name) && !name.isWellFormed()) {
          report(NAME_NOT_UTF8, { path, message: 'expected a name in UTF-8, found other bytes' });
        }
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        if (/[\u0000-\u001f\u007f]/.test(name)) {
          report(NAME_CONTROL_CHARACTER, {
            path,
            message: `expected a name without control characters, found ${JSON.stringify(name)}`,
          });
        }
        if (path.length > MAXIMUM_LENGTH / 3 && encodeFileName(path).length > MAXIMUM_LENGTH) {
          const found = encodeFileName(path).length;
          report(PATH_TOO_LONG, {
            path,
            message: `expected a path of at most ${MAXIMUM_LENGTH} bytes, found ${found}`,
          });
        }
        const key = path.toLowerCase();
        if (folded.has(key)) alike.add(path);
        folded.add(key);
      },
      finish() {
        if (alike.first === undefined) return;
        const found = alike.describe('name that differs', 'names that differ');
        const message = `expected names that differ by more than case, found ${found} only so from another`;
        report(NAMES_DIFFER_BY_CASE, { path: alike.first, message });
      },
    };
  },
};
