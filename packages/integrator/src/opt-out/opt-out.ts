/*
 * Ways to say that no AppImage is to be integrated here. AppImage specification, draft, "Desktop integration":
 * https://github.com/AppImage/AppImageSpec/blob/master/draft.md#desktop-integration
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from '../places/places.ts';
import { findRunningIntegrator } from './running-integrator.ts';

/** Options of {@link readOptOut} and {@link readStandBack}. */
export interface OptOutOptions {
  /** Where `/usr/share`, `/etc` and `/proc` are looked for. Default `/`. */
  readonly systemRoot?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NAME = 'no_desktopintegration';

/**
 * Why this user or this host wants no AppImage to be integrated, in words: the file `no_desktopintegration` in one of its three places, or
 * the variable `DESKTOPINTEGRATION`. Undefined where nothing says so.
 */
export function readOptOut(
  places: Places,
  environment: Environment = process.env,
  options: OptOutOptions = {},
): string | undefined {
  const { DESKTOPINTEGRATION: variable } = environment as Readonly<Record<'DESKTOPINTEGRATION', string | undefined>>;
  if (variable !== undefined && variable !== '') return 'DESKTOPINTEGRATION is set';
  const file = optOutFolders(places, options)
    .map((folder) => join(folder, NAME))
    .find((path) => existsSync(path));
  return file === undefined ? undefined : `${file} is there`;
}

/**
 * Why nothing new is to be integrated now, in words: what {@link readOptOut} says, or that another integrator of the same user is running,
 * which would show the same images once more.
 */
export function readStandBack(
  places: Places,
  environment: Environment = process.env,
  options: OptOutOptions = {},
): string | undefined {
  const reason = readOptOut(places, environment, options);
  if (reason !== undefined) return reason;
  const running = findRunningIntegrator(options);
  return running === undefined ? undefined : `${running.name} is running as process ${running.pid}`;
}

/**
 * The applications that the user wants no integration of, by {@link refusalKey}, with the files that say so: AppImageKit's script
 * leaves them when it is told never to ask again.
 */
export function readRefusals(places: Places, options: OptOutOptions = {}): ReadonlyMap<string, string> {
  const refusals = new Map<string, string>();
  for (const folder of optOutFolders(places, options)) {
    for (const name of namesIn(folder)) {
      if (name.endsWith(`_${NAME}`)) refusals.set(name.slice(0, -NAME.length - 1), join(folder, name));
    }
  }
  return refusals;
}

/** What {@link readRefusals} calls an application: its name without all but letters and digits. */
export function refusalKey(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '');
}

function optOutFolders({ data }: Places, { systemRoot = '/' }: OptOutOptions): string[] {
  const folders = [data, join(systemRoot, 'usr', 'share'), join(systemRoot, 'etc')];
  return folders.map((folder) => join(folder, 'appimagekit'));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
