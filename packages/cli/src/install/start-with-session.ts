import { type Places, readOverride, writeOverride } from '@appimage-js/integrator';
import type { Undo } from './undo.ts';

/** Notes that an application is to be started with the session; the next sync writes what does that. */
export async function startWithSession(places: Places, id: string, undo: Undo): Promise<void> {
  const before = await readOverride(places, id);
  undo.add(() => writeOverride(places, id, before));
  await writeOverride(places, id, { ...before, autostart: true });
}
