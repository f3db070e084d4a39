import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, sharedFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { bare, built, type Ended, programs, type RunOptions, runAs } from './mechanisms.ts';

/** Says what a process in the sandbox can see; without /proc, only what the file system shows. */
const LOOK = `
echo "== root"; cd / && find . -xdev \\( -path ./proc -o -path ./usr \\) -prune -o -printf '%p %y %#m %U %l\\n' | sort
for place in /run /tmp /home /etc /data; do [ ! -d $place ] || find $place -printf '%p %y %#m %U %l\\n' | sort; done
echo "== ids"; id -u; id -g; hostname; ulimit -n
if [ -e /proc/self ]; then
  echo "== mounts"; cat /proc/self/mountinfo
  echo "== maps"; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
  echo "== rights"; grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Seccomp):' /proc/self/status
  echo "== processes"; set -- /proc/[0-9]*; echo $#
  echo "== session"; read -r pid name state parent group session rest < /proc/self/stat; echo $group $session
  echo "== network"; tail -n +3 /proc/net/dev | sed 's/:.*//'; cat /proc/net/fib_trie 2>/dev/null | grep -c 127.0.0.1
  echo "== descriptors"; ls /proc/self/fd | wc -l
  echo "== limits"; cat /proc/sys/user/max_user_namespaces
fi
`;

interface Case {
  readonly name: string;
  readonly arguments: readonly string[];
  /** What is run instead of looking. */
  readonly command?: readonly string[];
  readonly inputs?: RunOptions['inputs'];
  readonly env?: Readonly<Record<string, string>>;
}

const folder = sharedFolder();
const ALL = ['--unshare-user', '--unshare-all', '--cap-drop', 'ALL'];
const look = ['/bin/sh', '-c', LOOK];

const cases: readonly Case[] = [
  { name: 'an almost empty root', arguments: [...ALL, ...bare] },
  { name: 'proc, dev and tmpfs', arguments: [...ALL, ...bare, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'] },
  { name: 'the network of the host', arguments: [...ALL, '--share-net', ...bare, '--proc', '/proc'] },
  {
    name: 'no namespace but that of mounts',
    arguments: ['--cap-drop', 'ALL', ...bare, '--ro-bind', '/proc', '/proc'],
    command: ['/bin/sh', '-c', 'id -u; ls /; grep CapEff /proc/self/status'],
  },
  {
    name: 'a size and modes',
    arguments: [
      ...[...ALL, ...bare, '--proc', '/proc', '--perms', '0700', '--size', '1048576', '--tmpfs', '/run/a/b'],
      ...['--perms', '1777', '--tmpfs', '/tmp', '--dir', '/home/x', '--perms', '0710', '--dir', '/run/c/d'],
      ...['--chmod', '0711', '/home/x'],
    ],
  },
  {
    name: 'binds of folders, files and what they have mounted below',
    arguments: [
      ...[...ALL, ...bare, '--proc', '/proc', '--dir', '/data'],
      ...['--bind', folder, '/data/rw', '--ro-bind', folder, '/data/ro'],
      ...['--ro-bind', join(folder, 'file'), '/data/one', '--ro-bind-try', join(folder, 'none'), '/data/none'],
      ...['--bind', join(folder, 'link'), '/data/through'],
      ...['--ro-bind', '/dev', '/data/dev', '--dev-bind', '/dev', '/data/devices'],
    ],
    command: [
      '/bin/sh',
      '-c',
      `grep -v ' /proc' /proc/self/mountinfo; ls -lan /data /data/through; echo > /data/rw/new; echo > /data/ro/new; : > /data/dev/null; : > /data/devices/null`,
    ],
  },
  {
    name: 'a target behind a link of the new root',
    arguments: [
      ...ALL,
      ...bare,
      '--proc',
      '/proc',
      '--dir',
      '/real',
      '--symlink',
      'real',
      '/data',
      '--ro-bind',
      folder,
      '/data/x',
    ],
    command: ['/bin/sh', '-c', 'find /real /data; cat /proc/self/mountinfo'],
  },
  {
    name: 'content by descriptors',
    arguments: [
      ...[
        ...ALL,
        ...bare,
        '--proc',
        '/proc',
        '--file',
        '3',
        '/etc/one',
        '--perms',
        '0444',
        '--ro-bind-data',
        '4',
        '/etc/two',
      ],
      ...['--dir', '/run', '--bind-data', '5', '/run/three', '--dir', '/tmp'],
    ],
    inputs: ['first\n', 'second\n', 'x'.repeat(200_000)],
    command: ['/bin/sh', '-c', `${LOOK}\ncat /etc/one /etc/two; wc -c < /run/three; echo > /etc/two`],
  },
  {
    name: 'arguments by a descriptor',
    arguments: ['--args', '3', '--tmpfs', '/tmp'],
    inputs: [[...ALL, ...bare, '--proc', '/proc', '--setenv', 'A', 'from the descriptor', ''].join('\0')],
    command: ['/bin/sh', '-c', `${LOOK}\nenv | sort`],
  },
  {
    name: 'an environment of its own',
    arguments: [...ALL, ...bare, '--clearenv', '--setenv', 'A', '1', '--setenv', 'B', '2', '--unsetenv', 'A'],
    env: { PATH: '/usr/bin', SECRET: 'x', LD_PRELOAD: '' },
    command: ['/usr/bin/env'],
  },
  {
    name: 'a host name, ids and a folder to start in',
    arguments: [
      ...[...ALL, ...bare, '--proc', '/proc', '--hostname', 'inside', '--uid', '4321', '--gid', '1234'],
      ...['--chdir', '/usr/share'],
    ],
    command: ['/bin/sh', '-c', 'pwd; hostname; id -u; id -g; cat /proc/self/uid_map'],
  },
  {
    name: 'no further user namespaces',
    arguments: [...ALL, '--disable-userns', ...bare, '--proc', '/proc', '--dev', '/dev'],
    command: ['/bin/sh', '-c', `${LOOK}\nunshare -U true 2>/dev/null || echo none`],
  },
  { name: 'a read-only root', arguments: [...ALL, ...bare, '--proc', '/proc', '--dir', '/data', '--remount-ro', '/'] },
  {
    name: 'a queue of messages',
    arguments: [...ALL, ...bare, '--proc', '/proc', '--dir', '/dev', '--mqueue', '/dev/mqueue'],
  },
  {
    name: 'process 1 itself',
    arguments: [...ALL, '--as-pid-1', ...bare, '--proc', '/proc'],
    command: ['/bin/sh', '-c', 'echo $$; exit 5'],
  },
  { name: 'a status', arguments: [...ALL, ...bare], command: ['/bin/sh', '-c', 'exit 42'] },
  { name: 'a death by a signal', arguments: [...ALL, ...bare], command: ['/bin/sh', '-c', 'kill -SEGV $$'] },
  {
    name: 'orphans that are left when the program ends',
    arguments: [...ALL, '--die-with-parent', ...bare],
    command: ['/bin/sh', '-c', 'sleep 60 & sleep 60 & exit 3'],
  },
  { name: 'a program that is not there', arguments: [...ALL, ...bare], command: ['/none'] },
  { name: 'a source that is not there', arguments: [...ALL, ...bare, '--bind', '/none', '/x'], command: ['true'] },
  {
    name: 'a folder to start in that is not there',
    arguments: [...ALL, ...bare, '--chdir', '/none'],
    command: ['true'],
  },
  { name: 'an option that nobody knows', arguments: ['--nonsense'], command: ['true'] },
  { name: 'no program', arguments: [...ALL, ...bare], command: [] },
];

/**
 * Without numbers that differ with every start, and with one name for files that have none. Of mounts on top of each other, the
 * last can be reached, so only it counts.
 */
function normal({ status, signal, output }: Ended): unknown {
  const mounts = new Map<string, string>();
  const lines = output.split('\n').filter((line) => {
    const mount = /^\d+ \d+ \d+:\d+ (\S+) (\S+) (\S+) (?:\w+:\d+ )*- (.*)$/.exec(line);
    if (mount === null) return true;
    const [, root = '', point = '', flags, rest] = mount;
    const content = root.replace(/^\/(?:data|bindfile\w+)\/\/deleted$/, '(content)');
    mounts.set(point, [content, flags, rest].join(' '));
    return false;
  });
  return { status, signal, lines, mounts: Object.fromEntries(mounts) };
}

describeWith(['root', 'bwrap', 'setpriv', built], 'what the inside sees is what bubblewrap shows', () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'file'), 'content');
  symlinkSync('sub', join(folder, 'link'));

  for (const as of ['root', 'user'] as const) {
    test.each(cases)(`$name, as ${as}`, async ({ arguments: args, command = look, inputs, env }) => {
      const options = { as, ...(inputs && { inputs }), ...(env && { env }) };
      const theirs = await runAs(programs.bubblewrap, [...args, ...command], options);
      const ours = await runAs(programs.own, [...args, ...command], options);
      expect(normal(ours), ours.errors).toEqual(normal(theirs));
    });
  }
});
