import { existsSync, readFileSync, statSync } from 'node:fs';
import { confinerPath } from '@appimage-js/runtime-shim/paths';
import { findPrograms } from '../find-program.ts';
import { FILTERED_MACHINES, type FilteredArchitecture } from '../seccomp/architectures.ts';
import { findObstacles, type NamespaceSettings, type Obstacle } from './obstacles.ts';
import { tryConfiner, tryMechanism } from './try-mechanism.ts';

/** Whether a mechanism makes sandboxes here, found out by making one. */
export type MechanismState =
  | { readonly works: true; readonly path: string; readonly setuid: boolean; readonly version: string | undefined }
  | { readonly works: false; readonly reason: string; readonly path: string | undefined };

/** What is known about confining programs on this host. */
export interface MechanismFacts {
  readonly architecture: FilteredArchitecture | undefined;
  /** Of this toolkit's own program, whether it makes sandboxes or only is the last stage in one. */
  readonly confiner: string | undefined;
  readonly bubblewrap: MechanismState;
  readonly own: MechanismState;
  /** Version of the kernel's Landlock interface (ABI); 0: it has none. */
  readonly landlock: number;
  /** What may stand in the way where one does not work. */
  readonly obstacles: readonly Obstacle[];
}

/** Options of {@link readMechanisms}. */
export interface ReadMechanismsOptions {
  /** Where to look for bubblewrap; relative parts are passed over. Default: the `PATH` of this process. */
  readonly path?: string | undefined;
  /** Only this one is tried, the other one is told as not tried. Default: both. */
  readonly only?: 'bubblewrap' | 'own';
  readonly signal?: AbortSignal;
}

/** Node's names of processors where AppImages have others. */
const ARCHITECTURES: Readonly<Record<string, FilteredArchitecture>> = {
  x64: 'x86_64',
  ia32: 'i686',
  arm64: 'aarch64',
  arm: 'armhf',
};

const NOT_TRIED = 'it was not tried';

/**
 * Finds out what can confine a program here, by doing it: an empty sandbox is made by each mechanism, which takes some
 * milliseconds.
 */
export async function readMechanisms(options: ReadMechanismsOptions = {}): Promise<MechanismFacts> {
  const { path = process.env['PATH'], only, signal } = options;
  const architecture = ARCHITECTURES[process.arch];
  const confiner = architecture === undefined ? undefined : readyConfiner(architecture);
  const candidates = findPrograms('bwrap', path);
  const wants = (name: 'bubblewrap' | 'own') => only === undefined || only === name;
  const [landlock, own, bubblewrap] = await Promise.all([
    confiner === undefined ? undefined : tryConfiner(confiner, signal),
    wants('own') ? tryOwn(confiner, signal) : notWorking(NOT_TRIED),
    wants('bubblewrap') ? tryBubblewrap(candidates, confiner, signal) : notWorking(NOT_TRIED),
  ]);
  return {
    architecture,
    confiner: landlock === undefined ? undefined : confiner,
    bubblewrap,
    own,
    landlock: landlock ?? 0,
    obstacles: findObstacles(readSettings(candidates.length > 0)),
  };
}

function readyConfiner(architecture: FilteredArchitecture): string | undefined {
  const path = confinerPath(architecture);
  return architecture in FILTERED_MACHINES && existsSync(path) ? path : undefined;
}

function notWorking(reason: string, path?: string): MechanismState {
  return { works: false, reason, path };
}

async function tryOwn(confiner: string | undefined, signal: AbortSignal | undefined): Promise<MechanismState> {
  if (confiner === undefined) return notWorking('its program is not there; in a checkout, "pnpm build" makes it');
  const { problem, version } = await tryMechanism(confiner, { confiner, signal });
  return problem === undefined
    ? { works: true, path: confiner, setuid: false, version }
    : notWorking(problem, confiner);
}

/** The first that works: an old one may stand before a new one. */
async function tryBubblewrap(
  candidates: readonly string[],
  confiner: string | undefined,
  signal: AbortSignal | undefined,
): Promise<MechanismState> {
  const states: MechanismState[] = [];
  for (const path of candidates) {
    const { problem, version } = await tryMechanism(path, { confiner, signal });
    if (problem === undefined) return { works: true, path, setuid: isSetuid(path), version };
    states.push(notWorking(problem, path));
  }
  return states[0] ?? notWorking('there is no bwrap on the PATH');
}

function isSetuid(path: string): boolean {
  const { mode, uid } = statSync(path);
  return (mode & 0o4000) !== 0 && uid === 0 && process.getuid?.() !== 0;
}

function readSettings(hasBubblewrap: boolean): NamespaceSettings {
  return {
    hasUserNamespaces: existsSync('/proc/self/ns/user'),
    apparmorRestriction: textOf('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    unprivilegedClone: textOf('/proc/sys/kernel/unprivileged_userns_clone'),
    maximum: textOf('/proc/sys/user/max_user_namespaces'),
    isFiltered: /^Seccomp:\s*2$/m.test(textOf('/proc/self/status') ?? ''),
    isRoot: process.getuid?.() === 0,
    hasBubblewrap,
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
