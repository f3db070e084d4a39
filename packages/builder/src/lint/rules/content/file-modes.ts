import type { FileEntry } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { GO_APPIMAGE } from '../../sources.ts';
import { Tally } from './tally.ts';

const SET_USER_ID: Rule = {
  id: 'set-user-id',
  severity: 'warning',
  summary: 'No file asks to be run as another user or group',
  source: { name: 'mount(8), "nosuid"', url: 'https://man7.org/linux/man-pages/man8/mount.8.html' },
  remedy: 'Take the bits away (chmod ug-s): images are mounted without them, so they only mislead',
  profiles: ['recommended', 'appimagehub'],
};

const WORLD_WRITABLE: Rule = {
  id: 'world-writable',
  severity: 'warning',
  summary: 'Nobody but the owner can write to files',
  source: { name: 'CWE-732', url: 'https://cwe.mitre.org/data/definitions/732.html' },
  remedy: 'Take the permission away (chmod o-w), or others can change the application where it is extracted',
  profiles: ['recommended'],
};

const NOT_READABLE: Rule = {
  id: 'not-readable-for-all',
  severity: 'warning',
  summary: 'Everybody can read all files and enter all directories',
  source: GO_APPIMAGE,
  remedy: 'Set the permissions (chmod -R a+rX): files belong to another user where the image is mounted',
  profiles: ['recommended', 'appimagehub'],
};

const SPECIAL_FILE: Rule = {
  id: 'special-file',
  severity: 'warning',
  summary: 'There are only files, directories and symlinks',
  source: { name: 'mount(8), "nodev"', url: 'https://man7.org/linux/man-pages/man8/mount.8.html' },
  remedy: 'Leave it out: it does nothing in a mounted image, and extraction stops at it without privileges',
  profiles: ['recommended'],
};

const SET_ID = 0o6000;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Permissions and types of files. */
export const fileModeCheck: Check = {
  rules: [SET_USER_ID, WORLD_WRITABLE, NOT_READABLE, SPECIAL_FILE],
  visit(subject, report) {
    const writable = new Tally();
    const unreadable = new Tally();
    const look = ({ path, stat: { type, mode } }: FileEntry) => {
      if (type === 'symlink') return;
      if (type !== 'file' && type !== 'directory') {
        report(SPECIAL_FILE, {
          path,
          message: `expected a file, directory or symlink, found a ${type.replace('-', ' ')}`,
        });
        return;
      }
      if (type === 'file' && (mode & SET_ID) !== 0) {
        report(SET_USER_ID, { path, message: `expected a mode without setuid and setgid, found ${octal(mode)}` });
      }
      if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) writable.add(path);
      const wanted = type === 'file' ? 0o004 : 0o005;
      if ((mode & wanted) !== wanted) unreadable.add(path);
    };
    return {
      entry: look,
      async finish() {
        if (subject.image?.problem === undefined) {
          look({ path: '', stat: await subject.files.stat('', { signal: subject.signal }) });
        }
        if (writable.first !== undefined) {
          const found = writable.describe('file or directory', 'files and directories');
          report(WORLD_WRITABLE, {
            path: writable.first,
            message: `expected that only the owner can write, found ${found} that all can write to`,
          });
        }
        if (unreadable.first !== undefined) {
          const found = unreadable.describe('file or directory', 'files and directories');
          report(NOT_READABLE, {
            path: unreadable.first,
            message: `expected that everybody can read, found ${found} that not everybody can`,
          });
        }
      },
    };
  },
};

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
