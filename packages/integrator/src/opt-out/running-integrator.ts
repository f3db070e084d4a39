/*
 * Other integrators at work, found among the processes. proc(5): https://man7.org/linux/man-pages/man5/proc.5.html
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A process that integrates AppImages. */
export interface RunningIntegrator {
  /** `appimaged` or `appimagelauncherd`. */
  readonly name: string;
  readonly pid: number;
}

/** Options of {@link findRunningIntegrator}. */
export interface FindRunningOptions {
  /** Where `/proc` is looked for. Default `/`. */
  readonly systemRoot?: string;
  /** Whose processes count. Default: this process's user. */
  readonly user?: number;
}

const DAEMONS = ['appimaged', 'appimagelauncherd'];
/** The kernel keeps as many bytes of a program's name. */
const COMM_LENGTH = 15;
/** Of the same program, where it starts an image or does some other thing once. */
const NO_DAEMON = new Set(['wrap', 'run', 'update', 'notify', 'start']);

/** The first process of a user that is `appimaged` in one of its makes, or AppImageLauncher's daemon. */
export function findRunningIntegrator({
  systemRoot = '/',
  user = process.getuid?.() ?? 0,
}: FindRunningOptions = {}): RunningIntegrator | undefined {
  const processes = join(systemRoot, 'proc');
  for (const name of readNames(processes)) {
    if (!/^\d+$/.test(name)) continue;
    const folder = join(processes, name);
    const daemon = attempt(() => daemonOf(folder, user));
    if (daemon !== undefined) return { name: daemon, pid: Number(name) };
  }
  return undefined;
}

function daemonOf(folder: string, user: number): string | undefined {
  const comm = readFileSync(join(folder, 'comm'), 'utf8').trimEnd();
  // What was started from an image is called as that is, such as appimaged-834-x86_64.AppImage.
  if (!comm.startsWith('appimage')) return undefined;
  if (statSync(folder).uid !== user) return undefined;
  const [first = '', second = ''] = (attempt(() => readFileSync(join(folder, 'cmdline'), 'utf8')) ?? '').split('\0');
  if (NO_DAEMON.has(second)) return undefined;
  const program = attempt(() => basename(readlinkSync(join(folder, 'exe')))) ?? '';
  const known = DAEMONS.find((daemon) => comm === daemon.slice(0, COMM_LENGTH) && isNot(program, daemon));
  return known ?? DAEMONS.find((daemon) => [program, basename(first)].some((name) => isNamed(name, daemon)));
}

/** `appimaged`, or a file of it with a version: `appimaged-834-x86_64.AppImage`. */
function isNamed(name: string, daemon: string): boolean {
  return name === daemon || (name.startsWith(`${daemon}-`) && /\.appimage$/i.test(name));
}

/** Whether nothing speaks against a name that was cut off: the program's own one, where it can be read, begins so. */
function isNot(program: string, daemon: string): boolean {
  return program === '' || daemon.length <= COMM_LENGTH || program.startsWith(daemon.slice(0, COMM_LENGTH));
}

function readNames(folder: string): string[] {
  return attempt(() => readdirSync(folder)) ?? [];
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined; // a process that has ended meanwhile, or somebody else's
  }
}
