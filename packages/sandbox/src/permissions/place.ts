import { AppImageError } from '@appimage-js/format';
import type { FileAccess } from './permissions.ts';

/** Folders of the user that a place may begin with, and where they are below the home folder when nothing says otherwise. */
export const USER_FOLDERS: Readonly<Record<string, string>> = {
  'xdg-cache': '.cache',
  'xdg-config': '.config',
  'xdg-data': '.local/share',
  'xdg-desktop': 'Desktop',
  'xdg-documents': 'Documents',
  'xdg-download': 'Downloads',
  'xdg-music': 'Music',
  'xdg-pictures': 'Pictures',
  'xdg-publicshare': 'Public',
  'xdg-templates': 'Templates',
  'xdg-videos': 'Videos',
};

/** Words for more than one folder. */
const WHOLE_PLACES: readonly string[] = ['home', 'host', 'host-etc'];

/** Top folders that are made for each start, or that a grant would take from under the confinement. */
const OWN_PLACES =
  /^\/(?:(?:proc|sys|dev|app|tmp|\.flatpak-info|run\/(?:appimage|dbus|user|host))(?:\/|$)|(?:run|var)$)/;

const SUFFIXES: Readonly<Record<string, FileAccess>> = { ro: 'read', rw: 'write', create: 'create' };

/** The suffix that stands for an access: `:ro`, none for writing, `:create`. */
export function accessSuffix(access: FileAccess): string {
  return { read: ':ro', write: '', create: ':create' }[access];
}

/**
 * Reads `xdg-download:ro`, `~/name:create`, `/srv/data`.
 *
 * @throws AppImageError `malformed` for what is no place: patterns, `..`, relative paths, names that are not known
 */
export function parsePlace(text: string): { readonly place: string; readonly access: FileAccess } {
  const colon = text.lastIndexOf(':');
  const access = colon < 0 ? undefined : SUFFIXES[text.slice(colon + 1)];
  return { place: checkPlace(access === undefined ? text : text.slice(0, colon)), access: access ?? 'write' };
}

/**
 * Checks a place and answers its usual spelling: no slash at the end, none twice, no `.`.
 *
 * @throws AppImageError `malformed`, as {@link parsePlace}
 */
export function checkPlace(text: string): string {
  const fail = (expected: string) =>
    new AppImageError('malformed', `Cannot grant ${JSON.stringify(text)}: a place must ${expected}`);
  if (text === '' || text.includes('\0') || text.includes('\n')) throw fail('be a path in one line');
  if (/[*?[\]{}$`]/.test(text)) throw fail('be one folder or file, found a pattern or a variable');
  const spelled = text === '~' ? 'home' : text === '/' ? 'host' : text;
  if (WHOLE_PLACES.includes(spelled)) return spelled;
  const [first = '', ...rest] = spelled.split('/');
  const parts = rest.filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw fail('not lead back by ".."');
  if (first !== '' && first !== '~' && !Object.hasOwn(USER_FOLDERS, first)) {
    throw fail(`begin with "/", "~/" or be one of ${[...WHOLE_PLACES, ...Object.keys(USER_FOLDERS)].join(', ')}`);
  }
  const place = [first, ...parts].join('/');
  if (place === '') return 'host';
  if (place === '~') return 'home';
  if (isOwnPlace(place)) throw fail('not be a folder that is made anew for every start');
  return place;
}

/** Whether a path is one that every start has anew, below such a one, or one that has such in it. */
export function isOwnPlace(path: string): boolean {
  return OWN_PLACES.test(path);
}

/** Whether whoever has `outer` has `inner` as well, as far as their names tell. */
export function placeContains(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  if (outer === 'host') return true;
  if (outer === 'host-etc') return inner.startsWith('/etc/') || inner === '/etc';
  if (outer === 'home') return inner.startsWith('~/') || inner.startsWith('xdg-');
  return inner.startsWith(`${outer}/`);
}
