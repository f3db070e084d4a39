import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly uid?: number;
  /** In a session, and so a process group, of its own. */
  readonly detached?: boolean;
  /** What the program is told it is called. */
  readonly argv0?: string;
}

export interface Finished {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the caller's environment that the runtime reads. */
const cleanEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Waited for from the start: a child may end before anybody asks how. */
const ends = new WeakMap<ChildProcessWithoutNullStreams, Promise<unknown[]>>();

export function start(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): ChildProcessWithoutNullStreams {
  const { env, cwd, uid, argv0, detached = false } = options;
  const child = spawn(program, args, {
    stdio: 'pipe',
    detached,
    env: { ...cleanEnvironment, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(argv0 === undefined ? {} : { argv0 }),
    ...(uid === undefined || uid === process.getuid?.() ? {} : { uid, gid: uid }),
  });
  // A program that ends before it has read its input is no error here.
  child.stdin.on('error', () => undefined);
  onTestFinished(() => void child.kill('SIGTERM'));
  ends.set(child, once(child, 'close'));
  return child;
}

/** Runs a program to its end, that is until it has exited and its stdout and stderr are closed by everybody. */
export async function run(program: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Finished> {
  const child = start(program, args, options);
  child.stdin.end(options.input ?? '');
  return finish(child);
}

export async function finish(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [status, signal] = (await ends.get(child)) as [number | null, NodeJS.Signals | null];
  return { pid: child.pid ?? 0, status, signal, ...output };
}

/** Runs a program that has to succeed. */
export async function succeed(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${stderr}`);
  return stdout;
}

/** The first line that a program prints. */
export async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = '';
  child.stdout.setEncoding('utf8');
  while (true) {
    const newline = text.indexOf('\n');
    if (newline >= 0) return text.slice(0, newline);
    const chunk: unknown = child.stdout.read();
    if (typeof chunk === 'string') text += chunk;
    else if (child.stdout.readableEnded) throw new Error(`The program ended after ${JSON.stringify(text)}`);
    else await Promise.race([once(child.stdout, 'readable'), once(child.stdout, 'end')]);
  }
}
