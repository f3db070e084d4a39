import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { findProgram } from '../find-program.ts';
import type { LaunchResult } from '../launch.ts';
import { planLaunch } from '../plan.ts';
import { makeInstanceFolders } from '../portal/instance-folder.ts';
import { planProxies } from './bus-proxy.ts';
import type { PreparedStart } from './prepare-start.ts';
import { preparePrivateHome } from './private-home.ts';
import { spawnConfined } from './spawn-confined.ts';

/** Signals that are meant for the application when this process gets them. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

/** Options of {@link startConfined}. */
export interface StartConfinedOptions {
  /** Ends the application with SIGTERM. */
  readonly signal?: AbortSignal | undefined;
  /** A program that watches: it gets the mechanism and its arguments behind its own. */
  readonly watcher?: { readonly program: string; readonly args: readonly string[] };
}

/**
 * Starts an application as it was prepared, and waits for its end. Whatever ends, this process included, nothing stays behind: the
 * confinement ends with this process, the proxies with the confinement, the mount with the last that uses it.
 *
 * @throws AppImageError `io` or `not-permitted` when it can not be started
 */
export async function startConfined(
  prepared: PreparedStart,
  { signal, watcher }: StartConfinedOptions = {},
): Promise<LaunchResult> {
  signal?.throwIfAborted();
  const { plan, host, image, runtime, contents, options } = prepared;
  const program = findBubblewrap(host.environment['PATH']);
  using _folders = makeInstanceFolders(plan);
  preparePrivateHome(plan);
  await using _proxies = await startProxies(prepared, program, signal);
  const { file, args = [], env = process.env, cwd = process.cwd() } = options;
  const child = spawnConfined(plan.confinement, {
    program,
    scratch: plan.instanceFolder,
    stdio: ['inherit', 'inherit', 'inherit'],
    ...(plan.portal && { outputs: { '--info-fd': join(plan.portal.folder, 'bwrapinfo.json') } }),
    through: (command, words) => {
      const through =
        watcher === undefined
          ? { program: command, args: words }
          : { program: watcher.program, args: [...watcher.args, command, ...words] };
      return planLaunch({ file, args, env, cwd, image, host: runtime, contents, through });
    },
  });
  return await waitFor(child, file, signal);
}

function findBubblewrap(path: string | undefined): string {
  const program = findProgram(['bwrap'], path);
  if (program !== undefined) return program;
  throw new AppImageError(
    'not-permitted',
    'Cannot confine: there is no bwrap here; install bubblewrap (the package of that name on every distribution)',
  );
}

async function startProxies(
  { plan, host }: PreparedStart,
  program: string,
  signal: AbortSignal | undefined,
): Promise<AsyncDisposable> {
  const confinement = planProxies(plan, host);
  if (confinement === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const child = spawnConfined(confinement, {
    program,
    scratch: plan.instanceFolder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const end = endOf(child);
  const ready = child.stdio[3];
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-1000);
  });
  const started = ready ? once(ready, 'data', { ...(signal && { signal }) }) : end;
  await Promise.race([started, end]);
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new AppImageError('io', `Cannot start the filter of the message bus: ${complaint.trim() || 'it has ended'}`);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await end;
    },
  };
}

function waitFor(child: ChildProcess, file: string, signal: AbortSignal | undefined): Promise<LaunchResult> {
  const forward = (name: NodeJS.Signals) => void child.kill(name);
  const stop = () => void child.kill('SIGTERM');
  for (const name of FORWARDED) process.on(name, forward);
  signal?.addEventListener('abort', stop);
  return new Promise<LaunchResult>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new AppImageError('io', `Cannot start ${file}: ${cause.message}`, { path: file, cause }));
    });
    child.once('exit', (code, ended) => {
      resolve({ status: code ?? 128 + constants.signals[ended as NodeJS.Signals], signal: ended });
    });
  }).finally(() => {
    for (const name of FORWARDED) process.off(name, forward);
    signal?.removeEventListener('abort', stop);
  });
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}
