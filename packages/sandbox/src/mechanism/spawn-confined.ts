import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fstatSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AppImageError } from '@appimage-js/format';
import type { LaunchResult } from '../launch.ts';
import {
  type AssembledLaunch,
  assembleLaunch,
  type Channel,
  type OpenPlace,
  shownDescriptors,
} from './assemble-launch.ts';
import type { Confinement, FileArgument } from './confinement.ts';
import type { Mechanism } from './mechanism.ts';

/** Everything that `spawn` needs. */
export interface SpawnPlan {
  readonly command: string;
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** What the mechanism says when the sandbox stands. */
export interface StartedInfo {
  /** Process 1 of the inside, by its number here: it hands signals on to the application. */
  readonly childPid: number;
  /** The JSON text as bubblewrap writes it (`--info-fd`): `child-pid`, `mnt-namespace` … */
  readonly json: string;
}

/** Options of {@link spawnConfined}. */
export interface SpawnConfinedOptions {
  /**
   * Of the application; entries from the fourth on stay open in it, by the same numbers. Default: those of this process, and no
   * more.
   */
  readonly stdio?: ReadonlyArray<'inherit' | 'ignore' | 'pipe' | number>;
  /** Open descriptors of this process for {@link FileArgument}s that have no content in the plan. */
  readonly descriptors?: Readonly<Record<string, number>>;
  /** Working directory of the mechanism; the application has that of the plan, else this where it is there. Default: `/`. */
  readonly cwd?: string;
  /**
   * Called when the sandbox stands and before anything of the application runs. A rejection ends the start. Default: the
   * application starts at once.
   */
  readonly onStarted?: (info: StartedInfo) => void | Promise<void>;
  /**
   * What starts the mechanism instead, as the runtime does once the image is mounted: it has to replace the first argument that
   * is `@APPDIR@` and become the program with the same descriptors. Default: it is started directly, without an environment.
   */
  readonly through?: (program: string, args: readonly string[]) => SpawnPlan;
}

/** A confined application that has been started. */
export interface ConfinedProcess {
  /** The mechanism's process; `stdio` as asked for. Killing it ends the application at once. */
  readonly child: ChildProcess;
  /** Version of the Landlock interface that is in force, 0 for none; rejects when the application could not be started. */
  readonly ready: Promise<number>;
  /** How the application has ended; never rejects. */
  readonly ended: Promise<LaunchResult>;
  /** Hands a signal to the application, as soon as it runs. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Stands for the folder of the contents, until the runtime has mounted them. */
const CONTENTS = '@APPDIR@';

type Slot = 'inherit' | 'ignore' | 'pipe' | number;

/**
 * Starts a confined program. All arguments and contents go over descriptors, so that no list of processes shows them. The
 * sandbox ends with this process, however that ends.
 *
 * @throws RangeError for a plan that is none, `io` when the mechanism itself can not be started
 */
export function spawnConfined(
  confinement: Confinement,
  mechanism: Mechanism,
  options: SpawnConfinedOptions = {},
): ConfinedProcess {
  const { stdio = ['inherit', 'inherit', 'inherit'], descriptors = {}, cwd = '/', onStarted, through } = options;
  const launch = assembleLaunch(confinement, mechanism, {
    places: openPlaces(confinement, descriptors),
    asRoot: process.getuid?.() === 0,
    held: onStarted !== undefined,
    kept: stdio.slice(3).map((_, index) => index + 3),
    contentsFrom: through === undefined ? undefined : CONTENTS,
  });
  const slots: Slot[] = [...stdio];
  const contents = new Map<number, string | Uint8Array>();
  const files = new Map<string, number>();
  const take = (slot: Slot, content?: string | Uint8Array): number => {
    const number = slots.push(slot) - 1;
    if (content !== undefined) contents.set(number, content);
    return number;
  };
  const numberOfFile = (key: string): number => {
    const known = files.get(key);
    if (known !== undefined) return known;
    const content = confinement.files[key];
    const open = descriptors[key];
    if (content === undefined && open === undefined) {
      throw new RangeError(`Cannot confine: there must be a file or descriptor ${JSON.stringify(key)}`);
    }
    const number = content === undefined ? take(open ?? 'ignore') : take('pipe', content);
    // A content can be read once; a descriptor as often as it is named.
    if (content === undefined) files.set(key, number);
    return number;
  };
  const channels = new Map<Channel, number>();
  for (const name of ['info', 'ready', 'block'] as const) channels.set(name, take('pipe'));
  if (launch.filter !== undefined) channels.set('filter', take('pipe', launch.filter));
  const write = (words: AssembledLaunch['outer']): string[] =>
    words.map((word) => {
      if (typeof word === 'string') return checked(word);
      return String('channel' in word ? channels.get(word.channel) : numberOfFile(word.file));
    });
  channels.set('arguments', take('pipe', ended(write(launch.outer))));
  channels.set('inner-arguments', take('pipe', ended(write(launch.inner))));
  const args = write(launch.commandLine);
  const { path } = mechanism;
  const plan = through?.(path, args) ?? { command: path, argv0: path, args, env: {}, cwd };
  // A session of its own: a signal from the keyboard has to reach the application, and not to end what holds it.
  const child = spawn(plan.command, plan.args, {
    argv0: plan.argv0,
    env: plan.env,
    cwd: plan.cwd,
    stdio: slots as StdioOptions,
    detached: true,
  });
  for (const number of channels.values()) quiet(child, number);
  for (const [number, content] of contents) quiet(child, number)?.end(content);
  return supervise(child, mechanism, {
    info: readable(child, channels.get('info')),
    ready: readable(child, channels.get('ready')),
    letGo: () => quiet(child, channels.get('block') ?? -1)?.end('+'),
    onStarted,
  });
}

function openPlaces(
  confinement: Confinement,
  descriptors: Readonly<Record<string, number>>,
): Record<string, OpenPlace> {
  const keys = shownDescriptors(confinement).filter((key) => Object.hasOwn(descriptors, key));
  return Object.fromEntries(
    keys.map((key) => {
      const descriptor = descriptors[key] ?? -1;
      const { dev: device, ino: inode } = fstatSync(descriptor, { bigint: true });
      return [key, { path: readlinkSync(`/proc/self/fd/${descriptor}`), device, inode }];
    }),
  );
}

interface Supervision {
  readonly info: Promise<string>;
  readonly ready: Promise<string>;
  readonly letGo: () => void;
  readonly onStarted: SpawnConfinedOptions['onStarted'];
}

function supervise(child: ChildProcess, { name, path }: Mechanism, parts: Supervision): ConfinedProcess {
  const { onStarted, letGo } = parts;
  let failure: unknown;
  let target: number | undefined;
  let held: number | undefined;
  const waiting: NodeJS.Signals[] = [];
  const send = (pid: number, signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  };
  const ended = new Promise<LaunchResult>((resolve) => {
    child.once('error', (cause) => {
      failure ??= cause;
      resolve({ status: 127, signal: null });
    });
    child.once('exit', (code, signal) => {
      target = undefined;
      resolve({ status: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], signal });
    });
  });
  const start = async (): Promise<number> => {
    const json = await parts.info;
    const childPid = childPidOf(json);
    held = childPid;
    if (childPid !== undefined) await onStarted?.({ childPid, json });
    held = undefined;
    letGo();
    const answer = await parts.ready;
    if (answer === '') throw await notStarted(ended, { name, path, failure });
    target = childPid;
    for (const signal of waiting.splice(0)) if (target !== undefined) send(target, signal);
    return landlockOf(answer);
  };
  const ready = start().catch((error: unknown) => {
    // What is held goes on when whoever holds it is gone, so it has to end first.
    if (held !== undefined) send(held, 'SIGKILL');
    child.kill('SIGKILL');
    throw error;
  });
  // Whoever only waits for the end hears of it there.
  ready.catch(() => undefined);
  return {
    child,
    ready,
    ended,
    kill: (signal) => {
      if (target === undefined) waiting.push(signal);
      else send(target, signal);
    },
  };
}

async function notStarted(
  ended: Promise<LaunchResult>,
  { name, path, failure }: { readonly name: string; readonly path: string; readonly failure: unknown },
): Promise<AppImageError> {
  const { status } = await ended;
  const found = failure instanceof Error ? failure.message : `${name} has ended with status ${status}`;
  return new AppImageError('io', `Cannot confine: expected a sandbox to start the application in, found ${found}`, {
    path,
    ...(failure !== undefined && { cause: failure }),
  });
}

function childPidOf(json: string): number | undefined {
  const value = parse(json)['child-pid'];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 1 ? value : undefined;
}

function landlockOf(json: string): number {
  const value = parse(json)['landlock'];
  return typeof value === 'number' ? value : 0;
}

function parse(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function checked(word: string): string {
  if (word.includes('\0'))
    throw new RangeError(`Cannot confine: an argument must have no zero, found ${JSON.stringify(word)}`);
  return word;
}

function ended(words: readonly string[]): string {
  return words.map((word) => `${word}\0`).join('');
}

function streamOf(child: ChildProcess, number: number): (Readable & Writable) | undefined {
  return (child.stdio[number] ?? undefined) as (Readable & Writable) | undefined;
}

/** A pipe of ours, whose end is told by that of the process. */
function quiet(child: ChildProcess, number: number): Writable | undefined {
  return streamOf(child, number)?.on('error', () => undefined);
}

function readable(child: ChildProcess, number = -1): Promise<string> {
  const stream = streamOf(child, number);
  return stream === undefined ? Promise.resolve('') : text(stream).catch(() => '');
}
