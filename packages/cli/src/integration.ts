import { findPlaces, type Places, type SyncOptions, type SyncResult, syncAppImages } from '@appimage-js/integrator';
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
  return findPlaces(session.environment, { system: system === true });
}

/** Syncs the watched folders, with what a command adds to that, and tells what has to be told. */
export async function syncFolders(
  session: Session,
  places: Places,
  options: Pick<SyncOptions, 'installed' | 'forgotten'> = {},
): Promise<SyncResult> {
  const { environment, signal } = session;
  const result = await syncAppImages({
    places,
    command: ownCommand(environment),
    signal,
    ...options,
  });
  for (const remark of result.remarks) session.note(remark);
  for (const path of result.kept) session.note(`${path} was changed by somebody else and stays as it is`);
  for (const { tool, state, message } of result.caches) {
    if (state === 'failed') session.note(`${tool} failed: ${message}`);
  }
  return result;
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
    const answer = await lines.question(`${question} [y/N] `, { signal: session.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
