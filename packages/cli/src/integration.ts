import {
  findPlaces,
  type InstallRecord,
  type Places,
  readStandBack,
  type SyncOptions,
  type SyncResult,
  syncAppImages,
} from '@appimage-js/integrator';
import { printable } from './output/printable.ts';
import { ownCommand } from './own-command.ts';
import type { Session } from './session.ts';
import { UsageError } from './usage-error.ts';

/** For whom something is integrated. */
export interface ScopeOptions {
  readonly system?: true | undefined;
}

/** The words after `--system` in the help of every command that has it. */
export const SYSTEM_HELP = 'for all users of this machine, in /usr/local/share';

export function placesOf(session: Session, { system }: ScopeOptions): Places {
  if (system === true) process.umask(0o022); // what root keeps to itself otherwise
  return findPlaces(session.environment, { system: system === true });
}

/** Syncs the watched folders, with what a command adds to that, and tells what has to be told. */
export async function syncFolders(
  session: Session,
  places: Places,
  options: Pick<SyncOptions, 'installed' | 'forgotten' | 'unsettled' | 'onlyKnown' | 'missing'> = {},
): Promise<SyncResult> {
  const { environment, signal } = session;
  const result = await syncAppImages({
    places,
    command: ownCommand(environment),
    signal,
    onlyKnown: whyStandBack(session, places) !== undefined,
    ...options,
  });
  noteSync(session, result);
  return result;
}

/** Why nothing is to be shown that nobody asked for, in words; undefined where nothing says so. */
export function whyStandBack({ environment }: Session, places: Places): string | undefined {
  return readStandBack(places, environment);
}

/** Tells what has to be told about a sync. */
export function noteSync(session: Session, result: Pick<SyncResult, 'remarks' | 'kept' | 'caches'>): void {
  for (const remark of result.remarks) session.note(remark);
  for (const path of result.kept) session.note(`${path} was changed by somebody else and stays as it is`);
  for (const { tool, state, message } of result.caches) {
    if (state === 'failed') session.note(`${tool} failed: ${message}`);
  }
}

/**
 * Makes the menu what it was before a file was installed, or installed again; also when the command is to stop.
 *
 * @param installed what was noted of the files that are there again, by their paths
 */
export async function takeBackSync(
  session: Session,
  places: Places,
  { path, installed }: { readonly path: string; readonly installed: ReadonlyMap<string, InstallRecord> },
): Promise<void> {
  const command = ownCommand(session.environment);
  const onlyKnown = whyStandBack(session, places) !== undefined;
  if (!installed.has(path)) await syncAppImages({ places, command, forgotten: new Set([path]), onlyKnown });
  await syncAppImages({ places, command, installed, onlyKnown });
}

/**
 * Asks on the terminal.
 *
 * @throws UsageError where nobody is there to be asked
 */
export async function confirm(
  session: Session,
  question: string,
  { yes }: { readonly yes?: true | undefined },
): Promise<boolean> {
  if (yes === true) return true;
  if (!process.stdin.isTTY || session.settings.json)
    throw new UsageError(`${question} Nobody can be asked: give --yes`);
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${printable(question)} [y/N] `, { signal: session.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
