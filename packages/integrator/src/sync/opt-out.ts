import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from '../places/places.ts';

/**
 * Why this user or this host wants no AppImage to be integrated, in words: the file `no_desktopintegration` in one of its three places, or
 * the variable `DESKTOPINTEGRATION`. Undefined where nothing says so.
 */
export function readOptOut(
  { data }: Places,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const { DESKTOPINTEGRATION: variable } = environment as Readonly<Record<'DESKTOPINTEGRATION', string | undefined>>;
  if (variable !== undefined && variable !== '') return 'DESKTOPINTEGRATION is set';
  const file = [data, '/usr/share', '/etc']
    .map((folder) => join(folder, 'appimagekit', 'no_desktopintegration'))
    .find((path) => existsSync(path));
  return file === undefined ? undefined : `${file} is there`;
}
