import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const PROGRAM = '/lib/systemd/systemd';

/**
 * A service manager of a user in namespaces of its own, whatever the machine was started with: it finds control groups of version 2, in
 * which it has a group of its own, and what tells it that the system is one of systemd.
 */
const SCRIPT = `
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup || exit 77
group=/sys/fs/cgroup/appimage-js-test-$1
mkdir "$group" && echo 0 >"$group/cgroup.procs" || exit 77
[ -d /run/systemd/system ] || { mount -t tmpfs none /run && mkdir -p /run/systemd/system; } || exit 77
"$2" --user --log-target=null &
manager=$!
trap 'kill "$manager"' TERM
while kill -0 "$manager" 2>/dev/null; do wait "$manager"; done
echo 0 >/sys/fs/cgroup/cgroup.procs
find "$group" -depth -type d -exec rmdir {} +
`;

const UNSHARE = ['--mount'];

/** Whether such a manager can be had. */
export const userManager = {
  name: "systemd's user manager in namespaces",
  isThere:
    existsSync(PROGRAM) &&
    spawnSync('unshare', [...UNSHARE, 'sh', '-c', 'umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup'])
      .status === 0,
};

/** Starts one for a home, until the test is finished; answers the environment that reaches it. */
export async function startUserManager(home: string): Promise<NodeJS.ProcessEnv> {
  const runtime = join(temporaryFolder(), 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const env = { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: runtime };
  const child = spawn('unshare', [...UNSHARE, 'sh', '-c', SCRIPT, 'sh', `${process.pid}-${Date.now()}`, PROGRAM], {
    env,
    stdio: 'ignore',
  });
  onTestFinished(() => stop(child, env));
  await eventually(
    'the manager answers',
    () => spawnSync('systemctl', ['--user', 'show-environment'], { env }).status === 0,
  );
  return env;
}

/** Waits for something that others do; fails after half a minute. */
export async function eventually(what: string, isTrue: () => boolean): Promise<void> {
  for (let count = 0; count < 300; count++) {
    if (isTrue()) return;
    await delay(100);
  }
  throw new Error(`Waited in vain: ${what}`);
}

async function stop(child: ChildProcess, env: NodeJS.ProcessEnv): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  spawnSync('systemctl', ['--user', 'exit'], { env });
  await Promise.race([ended, delay(20_000).then(() => child.kill())]);
}
