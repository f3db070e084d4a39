import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { findTool, type Oracle } from '@appimage-js/testing';
import { confinerPath } from '../../src/index.ts';

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i686', arm: 'armhf' };

/** This toolkit's own program for this machine. */
export const confiner: string = confinerPath(machines[process.arch] ?? process.arch);

/** What tests of it can not do without. */
export const built: Oracle = { name: 'a built confiner', isThere: existsSync(confiner) };

/** Both programs that understand the vocabulary. */
export const programs = { bubblewrap: findTool('bwrap') ?? 'bwrap', own: confiner } as const;

/** An ordinary user. */
export const USER = 1000;

/** How a program ended, and what it said. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** Options of {@link runAs}. */
export interface RunOptions {
  readonly as: 'root' | 'user';
  readonly env?: Readonly<Record<string, string>>;
  /** What is read from descriptors 3, 4 … */
  readonly inputs?: readonly (string | Uint8Array)[];
}

/** Runs a program as root or as an ordinary user, with nothing of this process but its rights. */
export async function runAs(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { as, env = { PATH: '/usr/bin:/bin' }, inputs = [] } = options;
  const become = ['--reuid', String(USER), '--regid', String(USER), '--clear-groups'];
  const words = as === 'root' ? [program, ...args] : ['setpriv', ...become, program, ...args];
  const [command = '', ...rest] = words;
  const pipes = inputs.map(() => 'pipe' as const);
  const child = spawn(command, rest, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe', ...pipes] });
  for (const [index, input] of inputs.entries()) {
    const stream = child.stdio[index + 3];
    if (stream && 'end' in stream) stream.on('error', () => undefined).end(input);
  }
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve([status, signal]));
  });
  const [output, errors, [status, signal]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    ended,
  ]);
  return { status, signal, output, errors };
}

/** A root with the host's programs and nothing else. */
export const bare: readonly string[] = [
  ...['--ro-bind', '/usr', '/usr'],
  ...['bin', 'lib', 'lib64', 'sbin'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
];
