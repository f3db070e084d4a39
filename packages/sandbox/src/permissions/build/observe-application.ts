import { closeSync, constants, createReadStream, existsSync, fstatSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppImageError } from '@appimage-js/format';
import { userFolders } from '../../confine/host/read-places.ts';
import { WATCHER_FOLDER } from '../../confine/plan/plan-confinement.ts';
import { prepareConfinedStart } from '../../confine/start/prepare-start.ts';
import { startConfined } from '../../confine/start/start-confined.ts';
import { findProgram } from '../../find-program.ts';
import { type Proposal, proposePermissions } from './propose.ts';

/** What is to be watched. */
export interface ObserveOptions {
  readonly file: string;
  readonly args?: readonly string[];
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What an application was seen to need. */
export interface Observation extends Proposal {
  /** With which it ended. */
  readonly status: number;
}

const CALLS =
  'trace=open,openat,openat2,stat,lstat,statx,newfstatat,access,faccessat,faccessat2,mkdir,mkdirat,chdir,connect,sendto';

/**
 * Runs an application in the default confinement, with debuggers allowed so that it can be watched, and proposes what it needs from
 * what it looked for, found or not. Needs strace.
 *
 * @throws AppImageError `unsupported` where strace is missing, and what a confined start throws
 */
export async function observeApplication({
  file,
  args = [],
  env = process.env,
  signal,
}: ObserveOptions): Promise<Observation> {
  const program = findProgram(['strace'], '/usr/local/bin:/usr/bin:/bin'); // which are inside, too
  if (program === undefined) {
    const message =
      'Cannot watch the application: strace is not there; install it (the package of that name on every distribution)';
    throw new AppImageError('unsupported', message);
  }
  const stop = signal === undefined ? {} : { signal };
  const folder = await mkdtemp(join(tmpdir(), 'appimage-watch-'));
  try {
    const options = ['-f', '-qq', '-s', '4096', '-e', CALLS, '-o', `${WATCHER_FOLDER}/trace`];
    const watcher = { command: [program, ...options], folder } as const;
    const allow = ['devel'];
    const prepared = await prepareConfinedStart({ file, args, env, level: 'default', allow, watcher, ...stop });
    const { status } = await startConfined(prepared, stop);
    const trace = join(folder, 'trace');
    const home = env['HOME'] || homedir();
    const variables = Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const folders = userFolders(home, variables, env['XDG_CONFIG_HOME'] || join(home, '.config'));
    const lines: string[] = [];
    for await (const line of createInterface({ input: openTrace(trace) })) {
      if (INTERESTING.test(line)) lines.push(line);
    }
    const proposal = proposePermissions(lines, { home, userFolders: folders, exists: existsSync });
    return { ...proposal, status };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The application may have put something else in its place: a link out, or a pipe that waits for ever. */
function openTrace(path: string) {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(descriptor).isFile()) return createReadStream(path, { encoding: 'latin1', fd: descriptor });
  closeSync(descriptor);
  throw new AppImageError(
    'untrusted',
    `Cannot read what was noted: ${path} must be a file, and the application has changed it`,
    {
      path,
    },
  );
}

/** Libraries and settings of the system are nothing to be granted. */
const INTERESTING = /"\/(?!usr\/|lib|etc\/|proc\/|sys\/|app\/|bin\/)|inet_|sun_path/;
