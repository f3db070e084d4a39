import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Environment } from '../cache/cache-folder.ts';
import type { HostFacts } from '../host.ts';
import type { Distribution } from './distribution.ts';

/** What every probe is given. */
export interface ProbedSystem {
  readonly host: HostFacts;
  readonly env: Environment;
  readonly distribution: Distribution;
}

/** How a program ended that was tried. */
export interface Tried {
  readonly works: boolean;
  readonly stdout: string;
  /** The first line of what it complained about. */
  readonly complaint: string;
}

const PATIENCE = 10_000;

/** Runs a program to see whether it works. Never fails. */
export function tryProgram(program: string, args: readonly string[], env: Environment): Promise<Tried> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: PATIENCE }, (error, stdout, stderr) => {
      const complaint = stderr.trim().split('\n')[0] || (error?.message ?? '');
      resolve({ works: error === null, stdout, complaint });
    });
  });
}

/** A kernel's setting or another short file, without its end of line; undefined where it is not there. */
export async function readSetting(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/** Whether this user may do that with a file; R_OK and W_OK by default. */
export function mayUse(path: string, mode: number = constants.R_OK | constants.W_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Whether somebody answers on a socket. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
