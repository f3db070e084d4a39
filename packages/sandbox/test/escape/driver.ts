/**
 * Runs probes, each in a start of its own, as whoever runs this: `node driver.ts JOB.json`. Answers a JSON object, outcomes by the
 * names of the probes.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Confinement, chooseMechanism, readMechanisms, spawnConfined } from '../../src/mechanism/index.ts';
import type { Places, Probe } from './probes.ts';

/** What the driver is given. */
export interface Job {
  readonly mechanism: 'none' | 'bubblewrap' | 'own';
  readonly places: Omit<Places, 'victim'>;
  readonly program: string;
  readonly probes: readonly {
    readonly name: string;
    readonly words: readonly (string | number)[];
    readonly given: Probe['given'];
  }[];
}

const VICTIM = '(victim)';

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job;
const { places, program } = job;
const mechanism =
  job.mechanism === 'none' ? undefined : chooseMechanism(await readMechanisms(), { prefer: job.mechanism });
const victim = spawn('sleep', ['1000'], { stdio: 'ignore' });
const outcomes: Record<string, string> = {};
for (const probe of job.probes) outcomes[probe.name] = await attempt(probe);
victim.kill('SIGKILL');
process.stdout.write(JSON.stringify({ landlock: mechanism?.landlock ?? 0, outcomes }));

async function attempt({ words, given }: Job['probes'][number]): Promise<string> {
  const args = words.map((word) => (word === VICTIM ? String(victim.pid) : String(word)));
  // The program of another's is called by its own name.
  const command: [string, ...string[]] =
    args[0] === 'root' ? [`${args[1]}/set-user-id`, 'root'] : [mechanism ? '/app/probe' : program, ...args];
  const input =
    given === 'folder-as-input'
      ? openSync(places.stage, 'r')
      : given === 'file-as-input'
        ? openSync(places.secret, 'r')
        : undefined;
  const stdio = [input ?? 'ignore', 'pipe', 'pipe'] as const;
  try {
    const child = mechanism ? confined(command, stdio, given) : free(command, stdio, given);
    const ended = new Promise((resolve) => child.once('close', resolve));
    const output = child.stdout ? text(child.stdout) : '';
    const errors = child.stderr ? text(child.stderr) : '';
    await ended;
    // A call that ends the program is denied as well.
    return (await output).trim() || `denied: ${(await errors).trim() || 'it was ended'}`;
  } finally {
    if (input !== undefined) closeSync(input);
  }
}

type Stdio = readonly ['ignore' | number, 'pipe', 'pipe'];

function free(command: [string, ...string[]], stdio: Stdio, given: Probe['given']) {
  const [file, ...args] = given === 'leaked-descriptor' ? leaking(command) : command;
  return spawn(file ?? '', args, { stdio: [...stdio] });
}

/** Leaves a folder of the host open as descriptor 9. */
function leaking(command: readonly string[]): string[] {
  return ['/bin/sh', '-c', `exec 9<"$0"; exec "$@"`, places.stage, ...command];
}

function confined(command: [string, ...string[]], stdio: Stdio, given: Probe['given']) {
  if (mechanism === undefined) throw new TypeError('Cannot confine without a mechanism');
  const plan: Confinement = { arguments: rules(given === 'network'), files: {}, command, seccomp: {}, landlock: {} };
  const { child, ready } = spawnConfined(plan, mechanism, {
    stdio,
    ...(given === 'leaked-descriptor' && {
      through: (path, args) => {
        const [file = '', ...rest] = leaking([path, ...args]);
        return { command: file, argv0: file, args: rest, env: {}, cwd: '/' };
      },
    }),
  });
  ready.catch(() => undefined);
  return child;
}

/** What a plan with two granted folders has. */
function rules(network: boolean): string[] {
  const { app, granted, readable } = places;
  return [
    ...['--unshare-user', '--unshare-all', '--disable-userns', ...(network ? ['--share-net'] : [])],
    ...['--clearenv', '--setenv', 'PATH', '/usr/bin:/bin'],
    ...['--ro-bind', '/usr', '/usr', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...['bin', 'lib', 'lib64', 'sbin'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...['--ro-bind', app, '/app', '--bind', granted, '/granted', '--ro-bind', readable, '/readable'],
    ...['--remount-ro', '/', '--chdir', '/'],
  ];
}
