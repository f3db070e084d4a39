import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { LaunchPlan } from './plan.ts';

/** Options of {@link launchDetached}. */
export interface LaunchDetachedOptions {
  /** A file that the application's output is appended to. Default: none is kept. */
  readonly log?: string;
  /** How long the application has to be there before it counts as started, in milliseconds. Default 300. */
  readonly settle?: number;
}

/** An application that goes on by itself. */
export interface DetachedApplication {
  /** Also the number of its session and process group. */
  readonly pid: number;
  /** Set where it has ended already, as one that hands its work to an instance before it does. */
  readonly status?: number;
}

const POLL = 5;
/** Unpacking a large image takes its time; a start that takes longer than this is left alone. */
const PATIENCE = 120_000;
/** Characters of what was said before a failure. */
const EXCERPT = 2000;

/**
 * Starts a planned application in a session of its own, without this process's terminal, input and output, and does not wait for its
 * end. Answers when the application itself has begun.
 *
 * @throws AppImageError `io` when it can not be started or ends at once with another status than 0: the message has that
 *   status and what was said on the error output
 */
export async function launchDetached(
  plan: LaunchPlan,
  { log, settle = 300 }: LaunchDetachedOptions = {},
): Promise<DetachedApplication> {
  const folder = await mkdtemp(join(tmpdir(), 'appimage-start-'));
  const output = log ?? join(folder, 'output');
  try {
    const child = begin(plan, output);
    const status = await settled(child, { command: plan.command, settle });
    child.unref();
    if (status !== undefined && status !== 0) throw failed(plan, status, output);
    return { pid: child.pid ?? 0, ...(status === undefined ? {} : { status }) };
  } finally {
    // Whoever still writes to it does so to nowhere.
    await rm(folder, { recursive: true, force: true });
  }
}

function begin({ command, argv0, args, env, cwd }: LaunchPlan, output: string): ChildProcess {
  let descriptor: number;
  try {
    descriptor = openSync(output, 'a', 0o600);
  } catch (cause) {
    throw ioError(`Cannot write ${output}`, output, cause);
  }
  try {
    return spawn(command, args, { argv0, env, cwd, detached: true, stdio: ['ignore', descriptor, descriptor] });
  } finally {
    closeSync(descriptor);
  }
}

/** The status of one that has ended meanwhile, as a shell has it. */
async function settled(
  child: ChildProcess,
  { command, settle }: { readonly command: string; readonly settle: number },
): Promise<number | undefined> {
  let end: { readonly status: number } | { readonly cause: Error } | undefined;
  child.once('error', (cause) => {
    end = { cause };
  });
  child.once('exit', (code, signal) => {
    end = { status: code ?? 128 + constants.signals[signal as NodeJS.Signals] };
  });
  const runtime = readRuntimeLink(command);
  for (let waited = 0; end === undefined && waited < PATIENCE && isStill(child.pid, runtime); waited += POLL) {
    await sleep(POLL);
  }
  for (let waited = 0; end === undefined && waited < settle; waited += POLL) await sleep(POLL);
  if (end === undefined) return undefined;
  if ('status' in end) return end.status;
  throw new AppImageError('io', `Cannot start ${child.spawnfile}: ${end.cause.message}`, {
    path: child.spawnfile,
    cause: end.cause,
  });
}

/** Whether the process is the runtime, and so the application is still to come. */
function isStill(pid: number | undefined, runtime: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '') === runtime;
  } catch {
    return false; // another user's program now, or none that can be looked at
  }
}

function readRuntimeLink(command: string): string {
  try {
    return realpathSync(command);
  } catch {
    return command;
  }
}

function failed({ argv0 }: LaunchPlan, status: number, output: string): AppImageError {
  const said = endOf(output).trim().slice(-EXCERPT);
  const words = said === '' ? 'it said nothing' : said;
  return new AppImageError('io', `Cannot start ${argv0}: it ended with status ${status}; ${words}`, { path: argv0 });
}

/** An application may have said more than fits into memory. */
function endOf(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(4 * EXCERPT);
    const start = Math.max(0, fstatSync(descriptor).size - bytes.length);
    return new TextDecoder().decode(bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start)));
  } finally {
    closeSync(descriptor);
  }
}
