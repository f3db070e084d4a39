import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Finished, firstLine, run } from '../native/run.ts';
import { BASE, defaultEnvironment, type Host, USER } from './host-condition.ts';

/*
 * The stage of every row: a mount namespace in which the folders that a start may touch are small file systems in memory, and
 * the device is a node of our own. So a row can cover, shrink and forbid what it likes; the host's own are not touched.
 */
const vocabulary = `
set -e
tmpfs() { mount -t tmpfs -o "$1" none "$2"; }
own() { install -d -m 700 -o ${USER} -g ${USER} "$@"; }
# A program of that name in every usual place is nobody's, or the given file.
cover() { for place in /usr/bin /bin /usr/local/bin; do
  if [ -e "$place/$1" ]; then mount --bind "\${2-/dev/null}" "$place/$1"; fi; done; }
without_fusermount() { cover fusermount3; cover fusermount; }
# What is usually there, without /dev/fuse.
bare_dev() { mkdir /run/new; tmpfs mode=755 /run/new
  for node in null zero full random urandom tty; do touch "/run/new/$node"; mount --bind "/dev/$node" "/run/new/$node"; done
  mount --rbind /run/new /dev; }
fuse_with_mode() { mkdir -p "/run/fuse$1"; mknod -m "$1" "/run/fuse$1/fuse" c 10 229; mount --bind "/run/fuse$1/fuse" /dev/fuse; }
`;
const base = `${vocabulary}
cd /
# Mounts of other tests would live as long as this namespace.
awk '/ - fuse[.]/ && $5 ~ "^/tmp/" {print $5}' /proc/self/mountinfo | while read -r point; do umount -l "$point" || :; done
mount --bind "$0" /mnt
if [ -n "\${SHOWN-}" ]; then mount --bind "$SHOWN" /srv; fi
tmpfs mode=1777 /tmp
tmpfs mode=1777 /var/tmp
tmpfs mode=755 /run
tmpfs mode=700,uid=${USER},gid=${USER} ${BASE.home}
mkdir /run/user
own ${BASE.runtimeFolder}
if [ -e /dev/fuse ]; then fuse_with_mode 666; fi
`;

/** Where a start may leave something. */
const places = ['/tmp', '/var/tmp', BASE.home, BASE.runtimeFolder];

/** A host condition that stands for as long as the test lasts. `folder` is what the row sees as /mnt. */
export interface HostStage {
  readonly host: Host;
  readonly folder: string;
  readonly pid: number;
  /** What was there before any start: mounts as the kernel lists them, and process ids. */
  readonly before: { readonly mounts: readonly string[]; readonly processes: readonly number[] };
}

/** `shown` is a folder that a row sees as /srv: one below a place that the stage covers. */
export async function setUpHost(host: Host, folder: string, shown = ''): Promise<HostStage> {
  const { namespaces = [], setUp = [] } = host;
  const ready = 'echo ready; exec cat >/dev/null';
  const inUserNamespace = namespaces.includes('user');
  // In a user namespace, the rest is done once ids have been mapped.
  const own = [...setUp, ready].join('\n');
  const inside = `${vocabulary}\n${own}`;
  // Whoever is root there only after a program has begun has root's rights from the next program on.
  const map = 'exec unshare --user --mount /bin/sh -c \'echo unmapped; read mapped; exec /bin/sh -c "$0"\' "$1"';
  const script = `${base}\n${inUserNamespace ? map : own}`;
  const others = namespaces.includes('net') ? ['--net'] : [];
  const arguments_ = ['--mount', '--propagation', 'private', ...others, '/bin/sh', '-c', script, folder, inside];
  const holder = spawn('unshare', arguments_, { stdio: 'pipe', env: { ...process.env, SHOWN: shown } });
  onTestFinished(() => end(holder));
  const pid = holder.pid ?? 0;
  let line = await lineOf(holder);
  if (line === 'unmapped') {
    for (const ids of ['uid_map', 'gid_map']) writeFileSync(`/proc/${pid}/${ids}`, '0 0 65536\n');
    holder.stdin.write('mapped\n');
    line = await lineOf(holder);
  }
  if (line !== 'ready') throw new Error(`Cannot set up "${host.name}": found ${line}`);
  return { host, folder, pid, before: { mounts: mountsOf(pid), processes: processesIn(namespaceOf(`${pid}`)) } };
}

async function lineOf(holder: ChildProcessWithoutNullStreams): Promise<string> {
  let errors = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return await firstLine(holder).catch((error: unknown) => {
    throw new Error(`Cannot set up a host: ${errors}`, { cause: error });
  });
}

async function end(holder: ChildProcessWithoutNullStreams): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const ended = once(holder, 'exit');
  // What the row itself has started, as the server of a mount that it needs.
  const others = processesIn(namespaceOf(`${holder.pid}`)).filter((id) => id !== holder.pid);
  holder.stdin.end();
  await ended;
  for (const id of others) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It has ended with the row.
    }
  }
}

/** What is started where a row says nothing else, as the row sees it. */
export const IMAGE: string = `${BASE.folder}/image/test.AppImage`;

/** Starts the image there, as the row says, and waits for its end; `by` is a program that starts it, with its arguments. */
export function startImage(
  { host, pid }: HostStage,
  args: readonly string[],
  by: readonly string[] = [],
): Promise<Finished> {
  const { namespaces = [], enter = [], through = [], env = {}, as, image = IMAGE } = host;
  const flags = [
    '--mount',
    ...(namespaces.includes('net') ? ['--net'] : []),
    ...(namespaces.includes('user') ? ['--user'] : []),
  ];
  const variables = Object.entries({ ...defaultEnvironment, ...env })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`);
  const id = `${USER}`;
  const user = as === 'root' ? [] : ['--setuid', id, '--setgid', id];
  // Where there are programs in between, it is they that need root's rights.
  const become = as === 'root' || enter.length === 0 ? [] : ['setpriv', '--reuid', id, '--regid', id, '--clear-groups'];
  const program = ['env', '-i', ...variables, ...through, ...by, image, ...args];
  const entered = enter.map((word) => (word === 'WITHOUT' ? `${BASE.folder}/without` : word));
  return run('nsenter', [
    `--target=${pid}`,
    ...flags,
    ...(enter.length === 0 ? user : []),
    ...entered,
    ...become,
    ...program,
  ]);
}

/** What is left there of a start that had that word among its arguments: mounts, processes, files; as lines. */
export function leftovers(stage: HostStage, word: string): string[] {
  const { pid, host, before } = stage;
  const { watch = [], keeps = [] } = host;
  const files = [...places, ...watch].flatMap((place) =>
    filesIn(`/proc/${pid}/root${place}`)
      .filter((name) => !keeps.some((own) => name.startsWith(own)))
      .map((name) => join(place, name)),
  );
  return [
    ...mountsOf(pid).filter((line) => line.includes(' - fuse.') && !before.mounts.includes(line)),
    ...processesLeft(stage, word).map((id) => `process ${id}: ${commandOf(`${id}`).replaceAll('\0', ' ')}`),
    ...files.filter((path) => ![...places, ...watch].includes(path)),
  ];
}

/** Those that have that word among their arguments, and all that are on the stage. */
export function processesLeft({ pid, before }: HostStage, word: string): number[] {
  const named = processes().filter((name) => commandOf(name).includes(word));
  const there = processesIn(namespaceOf(`${pid}`)).filter((id) => !before.processes.includes(id));
  return [...new Set([...named.map(Number), ...there])];
}

function processesIn(namespace: string): number[] {
  const there = processes().filter((name) => namespaceOf(name) === namespace);
  return there.map(Number);
}

function processes(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function namespaceOf(pid: string): string {
  return orEmpty(() => readlinkSync(`/proc/${pid}/ns/mnt`));
}

function commandOf(pid: string): string {
  return orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}

/** What is asked of a process that may have ended meanwhile. */
function orEmpty(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}

function mountsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n');
}

/** The user namespace that the row's users are in. */
export function userNamespaceOf({ pid }: HostStage): string {
  return readlinkSync(`/proc/${pid}/ns/user`);
}

/** Names in a folder and in those caches in it. */
function filesIn(folder: string): string[] {
  if (!(existsSync(folder) && lstatSync(folder).isDirectory())) return [];
  return readdirSync(folder).flatMap((name) => {
    if (!/^(appimage|\.cache)/.test(name)) return [name];
    return [name, ...filesIn(join(folder, name)).map((inside) => join(name, inside))];
  });
}
