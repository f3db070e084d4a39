import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { AppImageError } from '../../errors.ts';
import type { ReadOptions } from '../../io/byte-source.ts';

/** What a program complains of is cut off here. */
const MAXIMUM_COMPLAINT = 4096;

/** Where a program is on the PATH, whose relative parts are passed over: they would lead to what lies around. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Runs a program and delivers what it prints. It is killed when the signal is aborted, and when nobody wants more of its
 * output.
 *
 * @throws AppImageError `unsupported` when it can not be started or fails: the host's program can not do what the image needs,
 *   and whose fault that is nobody can tell. The last it complained of is in the message
 */
export async function* runTool(
  program: string,
  args: readonly string[],
  { signal }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  // File names come out as they are in the image only where the locale takes any bytes.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MAXIMUM_COMPLAINT);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, killer) => resolve(status === 0 ? undefined : `${killer ?? `status ${status}`}`));
  });
  // Its pipes are given up as well: what it has started may hold them for longer.
  const end = () => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  };
  signal?.addEventListener('abort', end);
  try {
    for await (const piece of child.stdout) {
      signal?.throwIfAborted();
      yield piece as Uint8Array;
    }
    const failure = await ended;
    if (failure !== undefined) throw failed(program, failure, complaint);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', end);
    end();
    await ended;
  }
}

function failed(program: string, failure: string, complaint: string): AppImageError {
  const [last] = complaint
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '')
    .slice(-1);
  const reason = last === undefined ? failure : `${failure}, ${last}`;
  return new AppImageError('unsupported', `Cannot read DwarFS image: ${basename(program)} ended with ${reason}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
