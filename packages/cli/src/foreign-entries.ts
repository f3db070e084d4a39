import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import {
  type AdoptResult,
  adoptForeign,
  type CleanResult,
  cleanForeign,
  type ForeignEntry,
  type ForeignFindings,
  findForeign,
  findPlaces,
  findRunningIntegrator,
  type Places,
} from '@appimage-js/integrator';
import { noteSync } from './integration.ts';
import { printable, showPath } from './output/printable.ts';
import { ownCommand } from './own-command.ts';
import type { Session } from './session.ts';

/**
 * Refuses to take away what a running program would write again.
 *
 * @throws AppImageError `not-permitted`
 */
export function checkNobodyRuns(): void {
  const running = findRunningIntegrator();
  if (running === undefined) return;
  const found = `process ${running.pid}, which would write them again; stop it, or give --force`;
  throw new AppImageError(
    'not-permitted',
    `Cannot take over menu entries: ${running.name} must not be running, found ${found}`,
  );
}

/** Takes over the entries of other integrators, and tells what has to be told. */
export async function adoptEntries(
  session: Session,
  places: Places,
  { onlyKnown }: { readonly onlyKnown: boolean },
): Promise<AdoptResult> {
  const { environment, signal } = session;
  const trash = findPlaces(environment);
  const result = await adoptForeign({ places, trash, command: ownCommand(environment), signal, onlyKnown });
  noteSync(session, result);
  for (const { entry, reason } of result.notAdopted) session.note(`${entry} stays as it is: ${reason}`);
  return result;
}

/** Moves what is left of images that are gone to the trash, and tells what has to be told. */
export async function cleanEntries(session: Session, places: Places): Promise<CleanResult> {
  const { environment, signal } = session;
  const result = await cleanForeign(places, { trash: findPlaces(environment), signal });
  for (const remark of result.remarks) session.note(remark);
  return result;
}

/** The entries of other integrators for a file, such as one that is about to be installed. */
export async function entriesFor(places: Places, file: string): Promise<readonly ForeignEntry[]> {
  return (await findForeign(places)).entries.filter(({ image }) => image !== null && join(image) === join(file));
}

/** What `list --foreign` prints. */
export async function printForeign(session: Session, { entries, leftovers }: ForeignFindings): Promise<void> {
  const states = { live: '', gone: ', which is gone', away: ', which is not there now' } as const;
  for (const { tool, name, path, image, state, isChangeable } of entries) {
    const what = image === null ? 'starts nothing that can be told' : `starts ${showPath(image)}${states[state]}`;
    const whose = isChangeable ? '' : ', for all users';
    await session.stdout.write(
      `${printable(name ?? 'without a name')}  ${showPath(path)}, of ${tool}, ${what}${whose}\n`,
    );
  }
  for (const path of leftovers) await session.stdout.write(`${showPath(path)}, left over\n`);
  if (entries.length + leftovers.length === 0) await session.summary('Nothing of other integrators is here');
}
