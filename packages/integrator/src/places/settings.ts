import { rmdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { parseJsonObject } from '../files/parse-json-object.ts';
import { readTextFile } from '../files/read-text-file.ts';
import { removeFile } from '../files/remove-file.ts';
import { writeAtomically } from '../files/write-file.ts';
import { applicationsFolder, type Places } from './places.ts';
import { isServiceSettings, type ServiceSettings } from './service-settings.ts';

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

/** What a value has to be, in words, and whether one is that. */
const CHECKS: Readonly<Record<keyof Settings, readonly [expected: string, isFit: (value: unknown) => boolean]>> = {
  watch: ['a list of absolute paths', (value) => Array.isArray(value) && value.every(isAbsolutePath)],
  thumbnails: ['true or false', (value) => typeof value === 'boolean'],
  service: ['null or {"with": "daemon" or "sync", "start": "systemd" or "autostart"}', isServiceSettings],
};

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
  return { ...defaultSettings(places), ...(await readSaid(places)) };
}

function defaultSettings(places: Places): Settings {
  return { watch: [applicationsFolder(places)], thumbnails: true, service: null };
}

/**
 * Changes some settings; answers all of them. What is as by default is not written: with the last thing that is not, the file goes.
 *
 * @throws AppImageError as {@link readSettings}
 */
export async function changeSettings(places: Places, changes: Partial<Settings>): Promise<Settings> {
  const path = settingsPath(places);
  const said = { ...(await readSaid(places)), ...changes };
  const usual: Readonly<Record<string, unknown>> = { ...defaultSettings(places) };
  const unusual = Object.entries(said).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]));
  if (unusual.length === 0) {
    await removeFile(path);
    await rmdir(dirname(path)).catch(() => undefined); // others may have something in it
  } else {
    const text = JSON.stringify({ version: SETTINGS_VERSION, ...Object.fromEntries(unusual) }, undefined, 2);
    await writeAtomically(path, new TextEncoder().encode(`${text}\n`));
  }
  return { ...defaultSettings(places), ...said };
}

/**
 * Adds folders to those that are watched, or takes some out; answers those that are watched then, as absolute paths.
 *
 * @throws AppImageError as {@link readSettings}
 */
export async function changeWatchDirs(
  places: Places,
  { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<readonly string[]> {
  const gone = new Set(remove.map((folder) => resolve(folder)));
  const before = (await readSettings(places)).watch;
  const after = new Set([...before, ...add.map((folder) => resolve(folder))]);
  return (await changeSettings(places, { watch: [...after].filter((folder) => !gone.has(folder)) })).watch;
}

/** What the file says; nothing where there is none. Settings that are not known here belong to a newer program, and stay. */
async function readSaid(places: Places): Promise<Partial<Settings>> {
  const path = settingsPath(places);
  const text = await readTextFile(path, 'Cannot read settings');
  if (text === undefined) return {};
  const fields = parseJsonObject(text);
  if (fields === undefined) throw malformed(path, 'they must be a JSON object, found something else');
  const { version, ...said }: { readonly version?: unknown } = fields;
  if (typeof version === 'number' && version > SETTINGS_VERSION) {
    const found = `version must be ${SETTINGS_VERSION} or older, found ${version}, of a newer program`;
    throw new AppImageError('unsupported', `Cannot read settings in ${path}: ${found}`, { path });
  }
  if (version !== SETTINGS_VERSION) throw malformed(path, `"version" must be ${SETTINGS_VERSION}, found another`);
  const values = said as Readonly<Record<string, unknown>>;
  for (const [name, [expected, isFit]] of Object.entries(CHECKS)) {
    const value = values[name];
    if (value !== undefined && !isFit(value))
      throw malformed(path, `"${name}" must be ${expected}, found another value`);
  }
  return values;
}

function isAbsolutePath(value: unknown): boolean {
  return typeof value === 'string' && isAbsolute(value) && !value.includes('\0');
}

function malformed(path: string, reason: string): AppImageError {
  return new AppImageError('malformed', `Cannot read settings in ${path}: ${reason}`, { path });
}
