import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import type { ConfinementPlan } from '../confine/plan/confinement-plan.ts';

const OWNER = 'owner';
const IDENTITY = 'identity';
const LARGEST = 2 ** 31;
/** How long a start may take from its folder to the mark in it. */
const UNMARKED_MILLISECONDS = 60_000;

/** A number for a start; portals want decimal digits, and nobody else to have the same. */
export function newInstance(): string {
  return String(randomInt(1, LARGEST));
}

/**
 * Makes the folders of a start: one for the sockets of its proxies, one where portals look for its processes. Those of starts whose
 * process was killed are removed. Disposing of it removes them.
 *
 * @throws AppImageError `io`
 */
export function makeInstanceFolders(
  { instanceFolder, portal }: Pick<ConfinementPlan, 'instanceFolder' | 'portal'>,
  identity: string,
): Disposable {
  const folders = portal === undefined ? [instanceFolder] : [instanceFolder, portal.folder];
  const parent = join(instanceFolder, '..');
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    removeLeftovers(parent, portal === undefined ? undefined : join(portal.folder, '..'));
    for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(instanceFolder, IDENTITY), identity, { mode: 0o600 });
    writeFileSync(join(instanceFolder, OWNER), processMark('self') ?? '', { mode: 0o600 });
    if (portal !== undefined) writeFileSync(join(portal.folder, 'bwrapinfo.json'), '', { mode: 0o600 });
  } catch (cause) {
    throw ioError('Cannot make the folder of this start', instanceFolder, cause);
  }
  return {
    [Symbol.dispose]: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether another start of an application runs, which may change what is in the home folder of both meanwhile. */
export function isAlreadyRunning(
  { instanceFolder }: Pick<ConfinementPlan, 'instanceFolder'>,
  identity: string,
): boolean {
  const parent = join(instanceFolder, '..');
  return instancesIn(parent).some((name) => {
    const folder = join(parent, name);
    return folder !== instanceFolder && textOf(join(folder, IDENTITY)) === identity && isOwned(folder);
  });
}

function instancesIn(parent: string): string[] {
  try {
    return readdirSync(parent).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function isOwned(folder: string): boolean {
  const mark = textOf(join(folder, OWNER));
  const [owner = ''] = mark?.split(' ') ?? [];
  // One without a mark, or with one that is being written, has just been made.
  return mark ? processMark(owner) === mark : ageOf(folder) < UNMARKED_MILLISECONDS;
}

function removeLeftovers(parent: string, portals: string | undefined): void {
  for (const name of instancesIn(parent)) {
    if (isOwned(join(parent, name))) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
    if (portals !== undefined) rmSync(join(portals, name), { recursive: true, force: true });
  }
}

/** A process by its number and the time at which it began, as numbers are used again. */
function processMark(process: string): string | undefined {
  const stat = textOf(`/proc/${process}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `${stat.split(' ', 1)[0]} ${fields[19]}`;
}

function ageOf(folder: string): number {
  return Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
