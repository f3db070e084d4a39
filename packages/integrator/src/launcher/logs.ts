import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Places } from '../places/places.ts';

/** Takes away what the launcher has kept of the error output of applications that are gone; what can not be removed stays. */
export async function removeLogs({ state }: Places, ids: readonly string[]): Promise<void> {
  if (state === null || ids.length === 0) return;
  const folder = join(state, 'appimage', 'logs');
  const names = await readdir(folder).catch((): string[] => []);
  const gone = new Set(ids);
  for (const name of names) {
    const id = /^\.?([0-9a-f-]+)\.(?:log|\d+)$/.exec(name)?.[1];
    if (id !== undefined && gone.has(id)) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
  // Only where nothing else is in them.
  for (const each of [folder, dirname(folder)]) await rmdir(each).catch(() => undefined);
}
