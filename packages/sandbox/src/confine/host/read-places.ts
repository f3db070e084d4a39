import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { USER_FOLDERS } from '../../permissions/place.ts';
import type { PlaceFact } from './confinement-host.ts';

/** As many as Linux follows. */
const MAX_LINKS = 40;

const VARIABLES: Readonly<Record<string, string>> = {
  'xdg-cache': 'XDG_CACHE_HOME',
  'xdg-config': 'XDG_CONFIG_HOME',
  'xdg-data': 'XDG_DATA_HOME',
};

/** Where the user's folders are, by the variables of the environment and the file `user-dirs.dirs`. */
export function userFolders(
  home: string,
  environment: Readonly<Record<string, string>>,
  configFolder: string,
): Readonly<Record<string, string>> {
  const named = readUserDirs(join(configFolder, 'user-dirs.dirs'), home);
  return Object.fromEntries(
    Object.entries(USER_FOLDERS).map(([name, usual]) => {
      const variable = environment[VARIABLES[name] ?? ''];
      const chosen = variable !== undefined && isAbsolute(variable) ? variable : named[name];
      // A folder that was disabled is said to be the home folder itself, and is not what is meant by a grant.
      return [name, chosen === undefined || chosen === home ? join(home, usual) : chosen];
    }),
  );
}

/** Lines such as `XDG_DOWNLOAD_DIR="$HOME/Downloads"`: https://www.freedesktop.org/wiki/Software/xdg-user-dirs/ */
function readUserDirs(path: string, home: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  const found: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^\s*XDG_([A-Z]+)_DIR="(.*)"\s*$/.exec(line) ?? [];
    const folder = value
      .replace(/^\$HOME(?=\/|$)/, home)
      .replaceAll(/\\(.)/g, '$1')
      .replace(/(.)\/+$/, '$1');
    if (name !== '' && isAbsolute(folder)) found[`xdg-${name.toLowerCase()}`] = folder;
  }
  return found;
}

/** Looks at a granted place. The words for more than one folder are no place of their own: undefined. */
export function readPlace(
  place: string,
  home: string,
  folders: Readonly<Record<string, string>>,
): PlaceFact | undefined {
  const [first = '', ...rest] = place.split('/');
  const base = first === '~' ? home : first === '' ? '/' : folders[first];
  if (base === undefined) return undefined;
  const path = join(base, ...rest);
  const links: string[] = [];
  const real = followLinks(path, links);
  const stat = real === undefined ? undefined : statSync(real, { throwIfNoEntry: false });
  const kind = stat === undefined ? 'missing' : stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : 'other';
  return { place, path, real, kind, links };
}

/** The path without links, also of what is not there yet; the links on the way are noted. */
function followLinks(path: string, links: string[]): string | undefined {
  const pending = path.split('/').filter(Boolean).reverse();
  let current = '/';
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '..') {
      current = dirname(current);
      continue;
    }
    const next = join(current, part);
    if (!lstatOrNothing(next)?.isSymbolicLink()) {
      current = next;
      continue;
    }
    links.push(next);
    if (links.length > MAX_LINKS) return undefined;
    const target = readlinkSync(next);
    if (isAbsolute(target)) current = '/';
    pending.push(
      ...target
        .split('/')
        .filter((name) => name !== '' && name !== '.')
        .reverse(),
    );
  }
  return resolve(current);
}

function lstatOrNothing(path: string) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
