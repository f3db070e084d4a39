import { execFile } from 'node:child_process';

/** What came of trying a mechanism. */
export interface MechanismTrial {
  /** Undefined: a sandbox was made. */
  readonly problem: string | undefined;
  /** As the program says. */
  readonly version: string | undefined;
}

/** How long a try may take that hangs, milliseconds. */
const PATIENCE = 10_000;

/** Before that, it lacks options that plans have. */
const BUBBLEWRAP_MINIMUM = [0, 8] as const;

/** What every plan takes: all namespaces, the host's files, /proc and /dev. */
const EMPTY_SANDBOX: readonly string[] = [
  ...['--unshare-user', '--unshare-all', '--die-with-parent', '--new-session', '--as-pid-1'],
  ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'],
];

/** Makes an empty sandbox by a program that understands bubblewrap's arguments. */
export async function tryMechanism(
  program: string,
  { confiner, signal }: { readonly confiner: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<MechanismTrial> {
  const said = await execute(program, ['--version'], signal);
  const version = /\d+(?:\.\d+)+/.exec(said.output)?.[0];
  if (said.problem !== undefined) return { problem: said.problem, version };
  if (/^bubblewrap/.test(said.output) && isTooOld(version)) {
    const found = version ?? 'one without a version';
    return { problem: `bubblewrap must be ${BUBBLEWRAP_MINIMUM.join('.')} or newer, found ${found}`, version };
  }
  if (confiner === undefined) return { problem: 'the program of its last stage is not there', version };
  const { problem } = await execute(program, [...EMPTY_SANDBOX, '--', confiner, '--version'], signal);
  return { problem, version };
}

/** Asks for the version of Landlock; undefined: the program does not run here. */
export async function tryConfiner(confiner: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  const args = ['--inner', '--ready-fd', '1', '--deny-signals', '--read', '/', '--', confiner, '--version'];
  const { output } = await execute(confiner, args, signal);
  const version = /"landlock": (\d+)/.exec(output)?.[1];
  return version === undefined ? undefined : Number(version);
}

interface Execution {
  readonly output: string;
  /** The first line of what it complained about. */
  readonly problem: string | undefined;
}

/** Without an environment: nothing of it is to count. */
function execute(program: string, args: readonly string[], signal: AbortSignal | undefined): Promise<Execution> {
  return new Promise((resolve) => {
    const options = { env: {}, cwd: '/', timeout: PATIENCE, killSignal: 'SIGKILL', signal } as const;
    execFile(program, args, options, (error, output, complaint) => {
      const [line] = complaint.trim().split('\n');
      resolve({ output, problem: error === null ? undefined : line || error.message });
    });
  });
}

function isTooOld(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [leastMajor, leastMinor] = BUBBLEWRAP_MINIMUM;
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
