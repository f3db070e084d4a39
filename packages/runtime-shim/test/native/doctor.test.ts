import { chmodSync, copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, mountsBelow, placeOfUser, shortFolder } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { run } from './run.ts';
import { fillSection } from './sections.ts';

const uid = ordinaryUser;
const doctor = ['--appimage-doctor'];

/** What follows a word at the beginning of a line, up to the next such line. */
function about(stdout: string, word: string): string {
  return new RegExp(`^${word} +((?:.*)(?:\\n {2}.*)*)`, 'm').exec(stdout)?.[1] ?? '';
}

describeWith(['mksquashfs', 'fusermount3', '/dev/fuse'], '--appimage-doctor', () => {
  test('says of each way whether it works, which one is taken, and leaves nothing behind', async () => {
    const image = await appImage('');
    const { env, home, tmp } = placeOfUser();
    const { status, stdout, stderr } = await run(image, doctor, { uid, env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(about(stdout, 'kernel')).toMatch(/^Linux .* on x86_64, user \d+$/);
    expect(about(stdout, 'file')).toMatch(/, payload at \d+$/);
    expect(about(stdout, 'fusermount')).toMatch(/^yes: \/.*fusermount3$/);
    expect(about(stdout, 'extract')).toBe(`yes: ${join(home, '.cache/appimage')}`);
    expect(about(stdout, 'seccomp')).toMatch(/^yes/);
    expect(about(stdout, 'starts')).toMatch(/^by (root|fusermount)$/);
    expect(mountsBelow(tmp)).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
  });

  test('heeds the variables, the file beside the image and the packager', async () => {
    const image = await appImage('');
    const { env } = placeOfUser();
    await fillSection(image, '.mount_mode', 'extract');
    const packaged = await run(image, doctor, { uid, env });
    expect(about(packaged.stdout, 'packager')).toBe('extract');
    expect(about(packaged.stdout, 'starts')).toBe('by extract');
    const chosen = await run(image, doctor, { uid, env: { ...env, APPIMAGE_MOUNT: 'fusermount' } });
    expect(about(chosen.stdout, 'starts')).toBe('by fusermount');
    const impossible = await run(image, doctor, { uid, env: { ...env, APPIMAGE_MOUNT: 'magic' } });
    expect(impossible.status).toBe(1);
    expect(about(impossible.stdout, 'starts')).toBe('not at all: APPIMAGE_MOUNT is "magic"');
  });
});

describeWith(['mksquashfs', 'root', 'fusermount3', '/dev/fuse'], '--appimage-doctor says what helps', () => {
  /** As the ordinary user, after a script of root's in a mount namespace of its own. */
  async function afflicted(script: string, env: Readonly<Record<string, string>> = {}, more = '') {
    const image = await appImage('');
    const { env: own } = placeOfUser();
    const user = `exec setpriv --reuid ${uid} --regid ${uid} --clear-groups ${more} "$0" --appimage-doctor`;
    return run('unshare', ['--mount', '/bin/sh', '-c', `${script}\n${user}`, image], { env: { ...own, ...env } });
  }

  test('where there is no /dev/fuse', async () => {
    const { status, stdout } = await afflicted('mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3');
    expect(status).toBe(0);
    expect(about(stdout, 'root')).toMatch(/\/dev\/fuse.*modprobe fuse/s);
    expect(about(stdout, 'starts')).toBe('by extract');
  });

  test('where a process may gain no rights, as in a container', async () => {
    const { stdout } = await afflicted('', {}, '--no-new-privs');
    expect(about(stdout, 'fusermount')).toMatch(/^no\n/);
    expect(about(stdout, 'fusermount')).toContain('may not gain rights (no_new_privs');
  });

  test.each([
    [0o755, 'chmod u+s FOLDER/fusermount3, as root: it is not set-user-id'],
    [0o700, 'chmod 4755 FOLDER/fusermount3, as root: it may not be run by this user'],
  ])('where fusermount has the mode %o', async (mode, expected) => {
    const folder = shortFolder();
    chmodSync(folder, 0o755);
    copyFileSync('/usr/bin/fusermount3', join(folder, 'fusermount3'));
    chmodSync(join(folder, 'fusermount3'), mode);
    const hide = ['/usr/bin', '/bin', '/usr/local/bin', '/run/wrappers/bin']
      .flatMap((place) => ['fusermount', 'fusermount3'].map((name) => join(place, name)))
      .filter((path) => existsSync(path))
      .map((path) => `mount --bind ${folder}/fusermount3 ${path};`);
    const { stdout } = await afflicted(hide.join(' '), { PATH: `${folder}:/usr/bin:/bin` });
    expect(about(stdout, 'fusermount')).toMatch(/^no\n/);
    expect(about(stdout, 'fusermount')).toContain(expected.replace('FOLDER', folder));
  });

  test('where nothing can be extracted', async () => {
    const script = 'for f in /var/tmp /mnt; do mount -t tmpfs -o noexec,mode=1777 none $f; done';
    const env = { HOME: '/mnt', XDG_CACHE_HOME: '/mnt', TMPDIR: '/mnt' };
    const { stdout } = await afflicted(script, env);
    expect(about(stdout, 'extract')).toContain('/mnt/appimage-65534: programs may not be run from there (noexec)');
  });
});
