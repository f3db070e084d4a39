import { readdirSync } from 'node:fs';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, cleanedUp, placeOfUser } from './fixture.ts';
import { eventually } from './host.ts';
import {
  compiled,
  fusermountOfMode,
  fusermountThat,
  type HostCondition,
  replaceFusermount,
  runOn,
  withoutFuse,
  withoutFusermount,
} from './host-conditions.ts';

type Way = 'fusermount' | 'userns' | 'extract';

/** A host, the way that an image starts on it, and why not in those before: what the doctor says. */
interface Host extends HostCondition {
  readonly host: string;
  readonly way: Way;
  readonly why?: readonly RegExp[];
}

const namespaceDenied = { answer: 1, calls: ['unshare'] } as const;

const hosts: readonly Host[] = [
  { host: 'has everything', way: 'fusermount' },
  {
    host: 'has a fusermount that may be executed, not read (4711)',
    setUp: [fusermountOfMode('4711')],
    way: 'fusermount',
  },
  {
    host: 'has a fusermount that is not set-user-id',
    setUp: [fusermountOfMode('755')],
    way: 'userns',
    why: [/fusermount: .*: mount failed: Operation not permitted/],
  },
  {
    host: 'has a fusermount that may not be executed',
    setUp: [fusermountOfMode('644')],
    way: 'userns',
    why: [/fusermount: \/.*: it may not be executed/],
  },
  {
    host: 'has a fusermount that never answers',
    setUp: [fusermountThat('exec sleep 1000')],
    way: 'userns',
    why: [/fusermount: .*: no answer within 5 seconds/],
  },
  {
    host: 'has a fusermount that prints anything',
    setUp: [fusermountThat('head -c 300000 /dev/urandom >&3 2>/dev/null', 'printf "\\033[31mred\\007" >&2', 'exit 0')],
    way: 'userns',
    why: [/fusermount: .*: \?\[31mred\?\n/],
  },
  {
    host: 'has a fusermount that says nothing and is content',
    setUp: [fusermountThat('exit 0')],
    way: 'userns',
    why: [/fusermount: .*: exit status 0, and nothing mounted/],
  },
  {
    host: 'has a fusermount that dies',
    setUp: [fusermountThat('kill -9 $$')],
    way: 'userns',
    why: [/fusermount: .*: ended without an answer/],
  },
  {
    host: 'has had too many mounts',
    setUp: ['mount -t tmpfs none "$0" && echo mount_max = 0 > "$0/conf" && mount --bind "$0/conf" /etc/fuse.conf'],
    way: 'userns',
    why: [/fusermount: .*: too many FUSE filesystems mounted/],
  },
  { host: 'has no fusermount', setUp: [withoutFusermount], way: 'userns', why: [/the package fuse3 has it/] },
  {
    host: 'lets namespaces be made, and gives them no rights (AppArmor)',
    setUp: [withoutFusermount],
    deny: { answer: 0, calls: ['unshare'] },
    way: 'extract',
    why: [/user namespace: \/proc\/self\/setgroups: Permission denied; this system or container forbids it/],
  },
  {
    host: 'lets namespaces be made, and nothing mounted in them',
    setUp: [withoutFusermount],
    deny: { answer: 13, calls: ['mount'] },
    way: 'extract',
    why: [/user namespace: .*Permission denied/],
  },
  {
    host: 'has used up its namespaces',
    setUp: [withoutFusermount],
    deny: { answer: 28, calls: ['unshare'] },
    way: 'extract',
    why: [/user namespace: unshare: No space left on device/],
  },
  {
    host: 'kills whoever makes a namespace',
    setUp: [withoutFusermount],
    deny: { answer: 'kill', calls: ['unshare'] },
    way: 'extract',
    why: [/user namespace: whoever tried it was killed/],
  },
  {
    host: 'is a container with the usual filter',
    deny: { answer: 1, calls: ['mount', 'umount2', 'unshare', 'setns'] },
    way: 'extract',
    why: [/fusermount: .*Operation not permitted/, /user namespace: unshare: Operation not permitted/],
  },
  {
    host: 'has a /dev/fuse for root only',
    setUp: [withoutFuse],
    way: 'extract',
    why: [/cannot open \/dev\/fuse: Permission denied; "chmod 666 \/dev\/fuse" as root opens it to all users\n/],
  },
  {
    host: 'has no /dev/fuse',
    setUp: ['mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3'],
    way: 'extract',
    why: [/cannot open \/dev\/fuse: No such file or directory; "modprobe fuse"/],
  },
  {
    host: 'has a /dev/fuse without a driver',
    setUp: ['mount -t tmpfs none "$0" && mknod -m 666 "$0/fuse" c 10 250 && mount --bind "$0/fuse" /dev/fuse'],
    way: 'extract',
    why: [/cannot open \/dev\/fuse: No such device.*; "modprobe fuse"/],
  },
  { host: 'has nothing in /dev', setUp: ['mount -t tmpfs none /dev'], way: 'extract' },
  {
    // A process whose root is not that of its mount namespace may make no user namespace.
    host: 'is a chroot',
    setUp: [withoutFusermount, 'mkdir "$0/all" && mount --rbind / "$0/all"'],
    asRoot: 'chroot "$0/all"',
    way: 'extract',
    why: [/user namespace: unshare: Operation not permitted/],
  },
  {
    host: 'has no /proc',
    setUp: ['umount -l /proc'],
    way: 'extract',
    why: [/fusermount: \/proc is not mounted/, /user namespace: .*\/proc.*: No such file or directory/],
  },
  { host: 'has no place in its process table', asUser: 'prlimit --nproc=1:1', way: 'extract' },
  { host: 'has a umask that leaves nothing', asUser: `sh -c 'umask 0777; exec "$0" "$@"'`, way: 'fusermount' },
  { host: 'gives little stack', asUser: 'prlimit --stack=65536:8388608', way: 'fusermount' },
  { host: 'lets no file grow', asUser: 'prlimit --fsize=0:0', way: 'fusermount' },
  {
    host: 'has little address space',
    asUser: 'prlimit --as=12000000:12000000',
    deny: namespaceDenied,
    way: 'fusermount',
  },
  {
    host: 'is too old for pidfd_open, close_range and statx',
    deny: { answer: 38, calls: ['pidfd_open', 'close_range', 'statx'] },
    way: 'fusermount',
  },
  { host: 'knows no seccomp filters', deny: { answer: 22, calls: ['seccomp'] }, way: 'fusermount' },
];

/** Says how it was started, in the shell's own words: there may be no room for another process. */
const report = `case $APPDIR in
*/.mount_*)
  read -r inside outside count < /proc/self/uid_map
  case $count in 1) echo userns;; *) echo fusermount;; esac;;
*) echo extract;;
esac
exit 7`;

const needs = ['mksquashfs', 'root', '/dev/fuse', 'fusermount3', 'unshare', 'setpriv', 'clang'] as const;

describeWith(needs, 'an image starts on a host that', () => {
  test.each(hosts)('$host: by $way', async (host) => {
    const image = await appImage(report);
    const where = placeOfUser();
    const result = await runOn(host, image, [], { env: where.env });
    expect(result).toMatchObject({ status: 7, stderr: '', stdout: `${host.way}\n` });
    await cleanedUp(where);
  });

  test.each(hosts.filter(({ why }) => why))('$host: and the doctor says why not otherwise', async (host) => {
    const image = await appImage(report);
    const where = placeOfUser();
    const { stdout } = await runOn(host, image, ['--appimage-doctor'], { env: where.env });
    for (const reason of host.why ?? []) expect(stdout).toMatch(reason);
    expect(readdirSync(where.tmp)).toEqual([]);
  });

  test.each(['/dev/null', '/dev/fuse'])('has a fusermount that mounts nothing and hands over %s', async (handed) => {
    const image = await appImage(report);
    const where = placeOfUser();
    const setUp = [replaceFusermount(compiled('hand-over'))];
    const result = await runOn({ setUp, env: { HAND_OVER: handed } }, image, [], { env: where.env });
    expect(result).toMatchObject({ status: 7, stderr: '', stdout: 'userns\n' });
    await cleanedUp(where);
  });

  test('has neither a TMPDIR nor a /tmp that can be written to: the mount point is in XDG_RUNTIME_DIR', async () => {
    const image = await appImage('echo "$APPDIR"');
    const where = placeOfUser();
    const env = { HOME: where.home, XDG_RUNTIME_DIR: where.home, TMPDIR: '/proc' };
    // The folder of the test lies in /tmp, too: it stays as it is.
    const setUp = [
      'here=${XDG_RUNTIME_DIR%/*}',
      'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp',
      'mount --bind "$here" "$here" && mount -o remount,bind,rw "$here"',
    ];
    const { stdout, stderr } = await runOn({ setUp }, image, [], { env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp(`^${where.home}/\\.mount_`));
    await eventually(
      'the mount point is gone',
      () => !readdirSync(where.home).some((name) => name.startsWith('.mount_')),
    );
  });

  test('mounts noexec where the mount point is: what is mounted there is not', async () => {
    const image = await appImage('exec "$APPDIR/program"', { program: '#!/bin/sh\necho ran\n' });
    const where = placeOfUser();
    const setUp = [`mount -t tmpfs -o noexec,mode=777 none ${where.tmp}`];
    const { stdout, stderr } = await runOn({ setUp }, image, [], { env: where.env });
    expect({ stdout, stderr }).toEqual({ stdout: 'ran\n', stderr: '' });
  });

  test('lets nothing be done at all: every reason is told, and what to do about it', async () => {
    const image = await appImage(report);
    const where = placeOfUser();
    const setUp = [withoutFuse, withoutFusermount];
    const env = { ...where.env, APPIMAGE_MOUNT: 'userns' };
    const result = await runOn({ setUp }, image, [], { env });
    expect(result).toMatchObject({ status: 127, stdout: '' });
    expect(result.stderr).toMatch(/user namespace: mount: cannot open \/dev\/fuse: Permission denied; "chmod 666/);
    expect(result.stderr).toContain('--appimage-doctor');
    await cleanedUp(where);
  });
});
