import { rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { writeAtomically } from '../sync/write-file.ts';
import { isServiceSettings, type ServiceSettings } from '../units/service-settings.ts';
import { applicationsFolder, type Places } from './places.ts';
import { readTextFile } from './read-text-file.ts';

/** What a user has said of the integration as a whole. */
export interface Settings {
  /** The folders whose AppImages are integrated, without those in them. Default: `~/Applications`. */
  readonly watch: readonly string[];
  /** Whether file managers are given pictures of the files. Default true. */
  readonly thumbnails: boolean;
  /** How the menu is kept in step by itself. Default: not at all, which is null. */
  readonly service: ServiceSettings | null;
}

/** Of the form of the file; a later one is refused. */
const SETTINGS_VERSION = 1;

/** Where the settings are. */
export function settingsPath({ config }: Places): string {
  return join(config, 'appimage', 'integrator.json');
}

/**
 * The settings; what the user has said nothing about is as by default.
 *
 * @throws AppImageError `malformed` for a settings file that is none, `unsupported` for one of a newer program, `io`
 */
export async function readSettings(places: Places): Promise<Settings> {
  const said = (await readText(places)) as Partial<Settings>;
  const { watch = [applicationsFolder(places)], thumbnails = true, service = null } = said;
  return { watch, thumbnails, service };
}

/**
 * Changes some settings; answers all of them. With the last thing that the user has said, the file goes.
 *
 * @throws AppImageError as {@link readSettings}
 */
export async function changeSettings(places: Places, changes: Partial<Settings>): Promise<Settings> {
  const path = settingsPath(places);
  const value = { ...(await readText(places)), ...changes };
  if (value.service === null) delete value.service;
  if (Object.keys(value).length === 0) {
    await rm(path, { force: true });
    await rmdir(dirname(path)).catch(() => undefined); // others may have something in it
  } else {
    const text = `${JSON.stringify({ version: SETTINGS_VERSION, ...value }, undefined, 2)}\n`;
    await writeAtomically(path, new TextEncoder().encode(text));
  }
  return readSettings(places);
}

/** Adds folders to those that are watched, or takes some out; answers those that are watched then. */
export async function changeWatchDirs(
  places: Places,
  { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<readonly string[]> {
  const gone = new Set(remove.map((folder) => resolve(folder)));
  const before = (await readSettings(places)).watch;
  const after = new Set([...before, ...add.map((folder) => resolve(folder))]);
  return (await changeSettings(places, { watch: [...after].filter((folder) => !gone.has(folder)) })).watch;
}

/** What the file says; nothing where there is none. */
async function readText(places: Places): Promise<Readonly<Record<string, unknown>>> {
  const path = settingsPath(places);
  const text = await readTextFile(path, 'Cannot read settings');
  if (text === undefined) return {};
  const value = parseSettings(text);
  if (value === undefined) {
    throw new AppImageError(
      'malformed',
      `Cannot read settings in ${path}: expected {"version": ${SETTINGS_VERSION}, "watch": [...]}, found something else`,
      { path },
    );
  }
  const { version, ...settings } = value;
  if (version === SETTINGS_VERSION) return settings;
  const found = `version must be ${SETTINGS_VERSION} or older, found ${String(version)}, of a newer program`;
  throw new AppImageError('unsupported', `Cannot read settings in ${path}: ${found}`, { path });
}

function parseSettings(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as Readonly<Record<keyof Settings | 'version', unknown>>;
    return isSettings(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSettings(said: Readonly<Record<keyof Settings | 'version', unknown>>): boolean {
  const { version, watch, thumbnails, service } = said;
  const isWatch = Array.isArray(watch) && watch.every((each) => typeof each === 'string' && each.startsWith('/'));
  return (
    typeof version === 'number' &&
    (watch === undefined || isWatch) &&
    (thumbnails === undefined || typeof thumbnails === 'boolean') &&
    (service === undefined || isServiceSettings(service))
  );
}
