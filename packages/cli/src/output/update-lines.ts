import { basename } from 'node:path';
import type { InstalledImage, UpdateCheck, UpdateProgress, UpdateResult } from '@appimage-js/updater';
import { showPath } from './printable.ts';
import { formatSize } from './size.ts';

/** What a check has found, in one line. */
export function checkLine({ file, state, installed, offered, reason }: UpdateCheck): string {
  const where = showPath(file);
  if (state === 'up-to-date') return `${where}: up to date (${versionOf(installed)})`;
  if (state !== 'available') return `${where}: ${lowerFirst(reason)}${hintFor(state)}`;
  const to =
    offered.version ??
    (offered.publishedAt === null ? 'another version' : `the version of ${day(offered.publishedAt)}`);
  const size = offered.size === null ? '' : `, ${formatSize(offered.size)} in all`;
  return `${where}: ${versionOf(installed)} can be updated to ${to}${size}`;
}

/** What an update has done, in one line. */
export function resultLine({ file, state, installed, updated, reason, transfer, trust }: UpdateResult): string {
  const where = showPath(file);
  if (state === 'up-to-date') return `${where}: up to date (${versionOf(installed)})`;
  if (state !== 'updated' || updated === null || transfer === null) {
    return `${where}: ${lowerFirst(reason)}${hintFor(state)}`;
  }
  const share = Math.floor((100 * Math.min(transfer.bytesReused, updated.size)) / Math.max(1, updated.size));
  const fetched = `${formatSize(transfer.bytesFetched)} fetched`;
  const how =
    transfer.method === 'delta'
      ? `${fetched}, ${share} % of ${formatSize(updated.size)} was here`
      : `${fetched}${transfer.reason === null ? '' : ` (${transfer.reason})`}`;
  const signature = trust === null ? '' : `; ${lowerFirst(trust.reason)}`;
  return `${where}: updated from ${versionOf(installed)} to ${versionOf(updated)}; ${how}${signature}`;
}

/** How to have it all the same. */
function hintFor(state: UpdateCheck['state'] | UpdateResult['state']): string {
  if (state === 'held-back') return '; --retry takes it again';
  return state === 'older' ? '; --allow-downgrade takes it' : '';
}

const STEPS = {
  resolve: 'Looking for updates',
  compare: 'Comparing',
  verify: 'Verifying',
  replace: 'Replacing',
  'health-check': 'Checking the new version',
} as const;

const PHASES = { match: 'Looking for what is here', fetch: 'Fetching', verify: 'Verifying' } as const;

/** How far an update has come. */
export function progressLine(file: string, progress: UpdateProgress): string {
  const name = basename(file);
  if (progress.step !== 'fetch') return `${STEPS[progress.step]}: ${name}`;
  const { phase, done, total, rate, secondsLeft } = progress;
  const share = total === 0 ? 100 : Math.floor((100 * done) / total);
  const speed = phase === 'fetch' && rate > 0 ? `, ${formatSize(rate)}/s` : '';
  const left = secondsLeft === undefined || phase !== 'fetch' ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `${PHASES[phase]}: ${name}, ${share} % of ${formatSize(total)}${speed}${left}`;
}

function versionOf({ version, sha256 }: InstalledImage): string {
  return version ?? `version ${sha256.slice(0, 8)}`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** As the middle of a line, unless it begins with a name. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
