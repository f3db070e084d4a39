import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppImageError } from '@appimage-js/format';
import type { Places } from '../places/places.ts';
import type { ServiceSettings } from '../places/service-settings.ts';
import { DAEMON_UNIT, startedUnits, UNIT_FOLDER } from './plan-units.ts';

/** Options of what asks the user's service manager. */
export interface ManagerOptions {
  /** Default: that of this process. */
  readonly environment?: Readonly<NodeJS.ProcessEnv>;
  readonly signal?: AbortSignal | undefined;
}

/** A unit as the service manager has it. */
export interface UnitStatus {
  readonly unit: string;
  /** `loaded`, `not-found` … */
  readonly load: string;
  /** `active`, `inactive`, `failed` … */
  readonly active: string;
  /** `enabled`, `disabled` …; empty for a unit that is not there. */
  readonly enabled: string;
}

const run = promisify(execFile);
const TIMEOUT_MILLISECONDS = 60_000;

/** Whether a service manager of this user runs that reads the units in these folders. */
export async function hasUserManager(places: Places, options: ManagerOptions = {}): Promise<boolean> {
  const folder = runtimeFolder(options.environment);
  if (places.scope === 'system' || !existsSync(join(folder, 'systemd', 'private'))) return false;
  const { stdout } = await callManager(['show', '--property=UnitPath', '--value'], options).catch(() => ({
    stdout: '',
  }));
  return ` ${stdout.trim()} `.includes(` ${join(places.config, UNIT_FOLDER)} `); // blanks in a path are as they are
}

/**
 * Has the manager start what it is to have running, now, of what it knows: folders that no unit can name have none that watches them.
 *
 * @throws AppImageError `io` with what the manager says
 */
export async function startUnits(kind: ServiceSettings['with'], options: ManagerOptions = {}): Promise<void> {
  const known = (await readUnits(startedUnits(kind), options)).filter(({ load }) => load !== 'not-found');
  await callManager(['restart', ...known.map(({ unit }) => unit)], options);
}

/**
 * Has the manager end all that is ours, whichever it is. What it does not know is no error.
 *
 * @throws AppImageError `io` with what the manager says
 */
export async function stopUnits(options: ManagerOptions = {}): Promise<void> {
  const units = [DAEMON_UNIT, ...startedUnits('sync')];
  const known = (await readUnits(units, options)).filter(({ load }) => load !== 'not-found');
  if (known.length === 0) return;
  await callManager(['stop', ...known.map(({ unit }) => unit)], options);
  await callManager(['reset-failed', ...known.map(({ unit }) => unit)], options).catch(() => undefined);
}

/**
 * The units of a service as the manager has them.
 *
 * @throws AppImageError `io`
 */
export function readServiceUnits(kind: ServiceSettings['with'], options: ManagerOptions = {}): Promise<UnitStatus[]> {
  return readUnits(startedUnits(kind), options);
}

async function readUnits(units: readonly string[], options: ManagerOptions): Promise<UnitStatus[]> {
  const properties = ['Id', 'LoadState', 'ActiveState', 'UnitFileState'];
  const { stdout } = await callManager(['show', `--property=${properties.join(',')}`, ...units], options);
  return stdout
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block): UnitStatus => {
      const values = new Map(block.split('\n').map((line) => line.split('=', 2) as [string, string]));
      const [unit = '', load = '', active = '', enabled = ''] = properties.map((name) => values.get(name) ?? '');
      return { unit, load, active, enabled };
    });
}

/**
 * Tells the manager that units have changed, and starts those anew that run and have changed. Answers their names; undefined where nothing
 * has changed, or nobody has to know.
 *
 * @param changed absolute paths of files that were written or removed
 * @throws AppImageError `io`
 */
export async function reloadUnits(
  places: Places,
  changed: readonly string[],
  options: ManagerOptions = {},
): Promise<readonly string[] | undefined> {
  const folder = join(places.config, UNIT_FOLDER);
  const own = changed.filter((path) => path.startsWith(`${folder}/`));
  if (own.length === 0 || !(await hasUserManager(places, options))) return undefined;
  await callManager(['daemon-reload'], options);
  const units = own.filter((path) => dirname(path) === folder && existsSync(path)).map((path) => basename(path));
  // What runs at this moment may be the one that calls.
  const idle = units.filter((unit) => unit.endsWith('.path') || unit.endsWith('.timer'));
  if (idle.length > 0) await callManager(['try-restart', ...idle], options);
  return idle;
}

/** Where the manager answers; a shell that somebody else's login has started may not know. */
function runtimeFolder(environment: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const { XDG_RUNTIME_DIR: folder } = environment as Readonly<Record<'XDG_RUNTIME_DIR', string | undefined>>;
  return folder || `/run/user/${process.getuid?.() ?? 0}`;
}

async function callManager(args: readonly string[], { environment = process.env, signal }: ManagerOptions) {
  try {
    return await run('systemctl', ['--user', '--no-pager', ...args], {
      env: { ...environment, XDG_RUNTIME_DIR: runtimeFolder(environment), SYSTEMD_COLORS: '0', LC_ALL: 'C.UTF-8' },
      timeout: TIMEOUT_MILLISECONDS,
      ...(signal && { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw managerError(args, cause);
  }
}

function managerError([verb]: readonly string[], cause: unknown): AppImageError {
  const { stderr = '', message } = cause as Error & { readonly stderr?: string };
  const said = stderr.trim() === '' ? message : stderr.trim().replaceAll('\n', '; ');
  return new AppImageError('io', `Cannot ask the service manager to ${verb}: ${said}`, { cause });
}
