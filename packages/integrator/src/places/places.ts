/*
 * Where the files of a desktop lie. XDG Base Directory Specification 0.8:
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';

/** The folders that are written to, as absolute paths. */
export interface Places {
  /** `user`: one user's own; `system`: for everybody, which takes root's rights. */
  readonly scope: 'user' | 'system';
  /** Null for `system`. */
  readonly home: string | null;
  /** `applications`, `icons`, `mime` and `metainfo` are in it. */
  readonly data: string;
  /** `mimeapps.list` is in it. */
  readonly config: string;
  /** `thumbnails` is in it; null for `system`, where nobody's files are cached. */
  readonly cache: string | null;
  /** Below it are the logs of what was started from the menu; null for `system`. */
  readonly state: string | null;
  /** Where others have put the same for all users, the most important first; nothing is written there. */
  readonly sharedData: readonly string[];
}

/** A folder of {@link Places} that files are written below. */
export type Root = 'data' | 'config' | 'cache';

type Variable = 'HOME' | `XDG_${'DATA' | 'CONFIG' | 'CACHE' | 'STATE'}_HOME` | 'XDG_DATA_DIRS';

/** Options of {@link findPlaces}. */
export interface FindPlacesOptions {
  /** For every user of the machine: `/usr/local/share` and `/etc/xdg`. Default false. */
  readonly system?: boolean;
}

/**
 * The folders of the user whose environment it is. Relative paths in `XDG_*` count for nothing, as the specification wants.
 *
 * @throws AppImageError `not-found` where there is no home folder
 */
export function findPlaces(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  { system = false }: FindPlacesOptions = {},
): Places {
  if (system)
    return {
      scope: 'system',
      home: null,
      data: '/usr/local/share',
      config: '/etc/xdg',
      cache: null,
      state: null,
      sharedData: [],
    };
  const {
    HOME,
    XDG_DATA_HOME: data,
    XDG_CONFIG_HOME: config,
    XDG_CACHE_HOME: cache,
    XDG_STATE_HOME: state,
    XDG_DATA_DIRS: sharedData,
  } = environment as Readonly<Record<Variable, string | undefined>>;
  const home = absolute(HOME) ?? absolute(homeOfUser());
  if (home === undefined) {
    throw new AppImageError(
      'not-found',
      "Cannot find the desktop's folders: expected an absolute path in HOME, found none",
    );
  }
  return {
    scope: 'user',
    home,
    data: absolute(data) ?? join(home, '.local', 'share'),
    config: absolute(config) ?? join(home, '.config'),
    cache: absolute(cache) ?? join(home, '.cache'),
    state: absolute(state) ?? join(home, '.local', 'state'),
    sharedData: [...new Set((sharedData || '/usr/local/share:/usr/share').split(delimiter).filter(isAbsolute))],
  };
}

/**
 * The absolute path of a file below one of the roots.
 *
 * @throws RangeError for a cache that there is none of
 */
export function pathOf(places: Places, { root, path }: { readonly root: Root; readonly path: string }): string {
  const folder = places[root];
  if (folder === null)
    throw new RangeError(`Cannot find ${path}: there is no folder for ${root} of the ${places.scope}`);
  return join(folder, path);
}

/** Where the manifest and its lock are. */
export function manifestFolder({ data }: Places): string {
  return join(data, 'appimage', 'integration');
}

/** Where AppImages are put by default: `~/Applications`, or `/opt` for everybody. */
export function applicationsFolder({ home }: Places): string {
  return home === null ? '/opt' : join(home, 'Applications');
}

/** As the system has it; a user without an entry there, as in a container, has none. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
