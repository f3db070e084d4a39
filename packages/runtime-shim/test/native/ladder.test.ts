import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, cleanedUp, placeOfUser, shortFolder } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { type RunOptions, run } from './run.ts';

const uid = ordinaryUser;

/** What a host may lack. */
interface Host {
  readonly withoutFuse?: boolean;
  readonly withoutFusermount?: boolean;
  readonly noexec?: string;
  readonly readOnly?: string;
  /** A file system of 64 KiB. */
  readonly small?: string;
}

/** Runs a program as a user of such a host: a mount namespace where what is missing is covered. */
function runOn(host: Host, program: string, args: readonly string[], { env = {} }: RunOptions) {
  const cover = (path: string) => `if [ -e ${path} ]; then mount --bind /dev/null ${path}; fi`;
  const script = [
    'set -e',
    ...(host.withoutFuse
      ? ['mount -t tmpfs none "$0" && touch "$0/fuse" && mount --bind "$0/fuse" /dev/fuse', 'chmod 0 /dev/fuse']
      : []),
    ...(host.withoutFusermount
      ? ['/usr/bin/fusermount3', '/usr/bin/fusermount', '/bin/fusermount3', '/bin/fusermount'].map(cover)
      : []),
    ...(host.noexec ? [`mount -t tmpfs -o noexec,mode=777 none ${host.noexec}`] : []),
    ...(host.readOnly ? [`mount -t tmpfs -o ro,mode=700,uid=${uid} none ${host.readOnly}`] : []),
    ...(host.small ? [`mount -t tmpfs -o size=64k,mode=700,uid=${uid} none ${host.small}; cd ${host.small}`] : []),
    `exec setpriv --reuid ${uid} --regid ${uid} --clear-groups env "$@"`,
  ].join('\n');
  const isolation = ['--mount', '--propagation', 'private'];
  return run('unshare', [...isolation, '/bin/sh', '-c', script, shortFolder(), program, ...args], { env });
}

describeWith(['mksquashfs', 'root', '/dev/fuse', 'unshare', 'setpriv'], 'the ladder', () => {
  const report =
    'case $APPDIR in */.mount_*) echo mounted;; *) echo extracted;; esac; echo "$(id -u)"; readlink /proc/$$/ns/user';

  test('an ordinary user mounts by fusermount', async () => {
    const image = await appImage(report);
    const where = placeOfUser();
    const { stdout, stderr } = await runOn({}, image, [], { env: where.env });
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['mounted', `${uid}`]);
    expect(stdout).toContain((await run('readlink', ['/proc/self/ns/user'])).stdout);
    await cleanedUp(where);
  });

  test('without fusermount, in a namespace of its own, as the same user', async () => {
    const image = await appImage(`${report}; touch "$HOME/made"; stat -c %u "$HOME/made"`);
    const where = placeOfUser();
    const { stdout, stderr } = await runOn({ withoutFusermount: true }, image, [], { env: where.env });
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['mounted', `${uid}`]);
    expect(stdout).not.toContain((await run('readlink', ['/proc/self/ns/user'])).stdout);
    expect(stdout.trimEnd().endsWith(`\n${uid}`)).toBe(true);
    await cleanedUp(where);
  });

  test('without /dev/fuse, from the extraction cache', async () => {
    const image = await appImage(report);
    const where = placeOfUser();
    const { stdout, stderr } = await runOn({ withoutFuse: true }, image, [], { env: where.env });
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['extracted', `${uid}`]);
    await cleanedUp(where);
  });

  test('when nothing works, what was tried and why it failed is on stderr, with status 127', async () => {
    const image = await appImage(report);
    const where = placeOfUser();
    const env = { ...where.env, APPIMAGE_MOUNT: 'userns' };
    const { status, stdout, stderr } = await runOn({ withoutFuse: true }, image, [], { env });
    expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
    expect(stderr).toContain('can be neither mounted nor extracted here');
    expect(stderr).toContain('user namespace: mount: cannot open /dev/fuse: Permission denied');
    await cleanedUp(where);
  });

  test('a noexec cache folder is passed over for one where programs may run', async () => {
    const image = await appImage('echo "$APPDIR"');
    const where = placeOfUser();
    const env = { ...where.env, APPIMAGE_MOUNT: 'extract' };
    const { stdout, stderr } = await runOn({ noexec: where.home }, image, [], { env });
    expect(stderr).toBe('');
    expect(stdout.startsWith(join(where.tmp, `appimage-${uid}`))).toBe(true);
  });

  test.each(['readOnly', 'small'] as const)('a cache folder that is %s is passed over', async (what) => {
    const image = await appImage('echo "$APPDIR"; ls -A', { big: randomBytes(200_000) });
    const where = placeOfUser();
    const cache = join(where.home, '.cache/appimage');
    mkdirSync(cache, { recursive: true });
    for (const path of [join(where.home, '.cache'), cache]) chownSync(path, uid, uid);
    const env = { ...where.env, APPIMAGE_MOUNT: 'extract' };
    const { stdout, stderr } = await runOn({ [what]: cache }, image, [], { env });
    expect(stderr).toBe('');
    const [folder, ...left] = stdout.split('\n').filter((line) => line !== '');
    expect(folder?.startsWith(join(where.tmp, `appimage-${uid}`))).toBe(true);
    // Nothing half made stays where there was no room for it.
    if (what === 'small') expect(left).toEqual([]);
  });

  test('too few descriptors are named as what every rung failed for', async () => {
    const image = await appImage('exit 0');
    const where = placeOfUser();
    const env = { ...where.env, APPIMAGE_MOUNT: 'fusermount' };
    const { status, stderr } = await run('/bin/sh', ['-c', 'ulimit -n 6; exec "$0"', image], { uid, env });
    expect(status).toBe(127);
    expect(stderr).toContain('No file descriptors available');
    expect(stderr).toContain('"ulimit -n 1024"; 6 descriptors are not enough');
    await cleanedUp(where);
  });

  test('--appimage-doctor says what works and why the rest does not', async () => {
    const image = await appImage('');
    const where = placeOfUser();
    const good = await runOn({}, image, ['--appimage-doctor'], { env: where.env });
    expect(good).toMatchObject({ status: 0, stderr: '' });
    expect(good.stdout).toMatch(/^root +no\n {2}mount: mount\(2\) on .*Operation not permitted/m);
    expect(good.stdout).toMatch(/^fusermount +yes: \/.*fusermount/m);
    expect(good.stdout).toMatch(/^userns +yes/m);
    expect(good.stdout).toMatch(/^extract +yes: .*\/appimage$/m);
    expect(good.stdout).toMatch(/^seccomp +yes/m);
    const bad = await runOn({ withoutFuse: true, withoutFusermount: true }, image, ['--appimage-doctor'], {
      env: where.env,
    });
    expect(bad.stdout).toMatch(/^fusermount +no\n {2}fusermount: neither fusermount3 nor fusermount found/m);
    expect(bad.stdout).toMatch(/^userns +no\n {2}user namespace: mount: cannot open \/dev\/fuse/m);
    expect(readdirSync(where.tmp)).toEqual([]);
  });

  test('FUSERMOUNT_PROG is the one to be used, and nothing relative on PATH is', async () => {
    const folder = shortFolder();
    const fake = join(folder, 'fusermount3');
    writeFileSync(fake, '#!/bin/sh\necho "called with $*" >&2\nexit 1\n');
    chmodSync(fake, 0o755);
    const image = await appImage(report);
    const where = placeOfUser();
    const chosen = await run(image, [], {
      uid,
      env: { ...where.env, APPIMAGE_MOUNT: 'fusermount', FUSERMOUNT_PROG: fake },
    });
    expect(chosen.status).toBe(127);
    expect(chosen.stderr).toMatch(/fusermount3: called with -o ro,nosuid,nodev,.*fsname=test.AppImage -- \//);
    const relative = await run(image, [], {
      uid,
      cwd: folder,
      env: { ...where.env, APPIMAGE_MOUNT: 'fusermount', PATH: '.:/usr/bin:/bin' },
    });
    expect(relative).toMatchObject({ status: 0, stderr: '' });
    await cleanedUp(where);
  });

  test('APPIMAGE_MOUNT with a word that is no rung is an error that names them', async () => {
    const image = await appImage(report);
    const { status, stderr } = await run(image, [], { env: { APPIMAGE_MOUNT: 'magic' } });
    expect(status).toBe(127);
    expect(stderr).toContain('expected auto, root, fusermount, userns, extract or keep');
  });
});
