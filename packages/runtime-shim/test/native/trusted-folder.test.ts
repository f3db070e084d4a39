import { describeWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appImage, placeOfUser } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { runOn } from './host-conditions.ts';
import { run } from './run.ts';

/** Nobody on any system. */
const otherUser = 4002;

const own = ordinaryUser;

/** Starts an image where /tmp is empty, and that is TMPDIR. Returns where the application found itself. */
async function whereItRuns(way: string, setUp: readonly string[], tmpdir: string): Promise<string> {
  const image = await appImage('echo "$APPDIR"');
  const condition = {
    setUp: [
      'mount -t tmpfs -o mode=755 none /mnt',
      `cp '${image}' /mnt/image`,
      'mount -t tmpfs -o mode=1777 none /tmp',
      ...setUp,
    ],
  };
  // What is kept mounted would otherwise stay, with its namespace.
  const script = '/mnt/image; status=$?; [ "$0" != keep ] || /mnt/image --appimage-unmount; exit $status';
  const env = { APPIMAGE_MOUNT: way, TMPDIR: tmpdir };
  const result = await runOn(condition, '/bin/sh', ['-c', script, way], { env });
  expect(result).toMatchObject({ status: 0, stderr: '' });
  return result.stdout.trim();
}

const needs = ['mksquashfs', 'root', 'fusermount3', '/dev/fuse', 'setpriv', 'unshare'] as const;

describeWith(needs, 'what programs are run from is where nobody else can replace it', () => {
  describe.each(['fusermount', 'extract', 'keep'])('%s', (way) => {
    test.each([
      ['of another user', [`install -d -o ${otherUser} -m 1777 /mnt/t`], '/mnt/t'],
      [
        'of the user in a folder of another user',
        [`install -d -o ${otherUser} /mnt/o`, `install -d -o ${own} -m 700 /mnt/o/t`],
        '/mnt/o/t',
      ],
      ['of root, writable for all, without the sticky bit', ['install -d -m 777 /mnt/t'], '/mnt/t'],
      ['of the user, writable for all, without the sticky bit', [`install -d -o ${own} -m 777 /mnt/t`], '/mnt/t'],
      [
        'of the user, writable for a group that others are in',
        [`install -d -o ${own} -g ${otherUser} -m 770 /mnt/t`],
        '/mnt/t',
      ],
      [
        'in a folder that is writable for all, without the sticky bit',
        ['install -d -m 777 /mnt/o', `install -d -o ${own} -m 700 /mnt/o/t`],
        '/mnt/o/t',
      ],
    ])('not in a TMPDIR %s', async (_, setUp, tmpdir) => {
      expect(await whereItRuns(way, setUp, tmpdir)).toMatch(/^\/tmp\//);
    });

    test.each([
      ['of the user', [`install -d -o ${own} -m 700 /mnt/t`]],
      ['of the user, writable for a group of that number', [`install -d -o ${own} -g ${own} -m 770 /mnt/t`]],
      ['of root, writable for all, with the sticky bit', ['install -d -m 1777 /mnt/t']],
    ])('in a TMPDIR %s', async (_, setUp) => {
      expect(await whereItRuns(way, setUp, '/mnt/t')).toMatch(/^\/mnt\/t\//);
    });

    test('by its own path where TMPDIR is a link that another user can replace', async () => {
      const setUp = [`install -d -o ${own} -m 700 /mnt/t`, 'ln -s /mnt/t /tmp/link', `chown -h ${otherUser} /tmp/link`];
      expect(await whereItRuns(way, setUp, '/tmp/link')).toMatch(/^\/mnt\/t\//);
    });
  });
});

describeWith(['mksquashfs', 'unshare'], 'in a user namespace where root has no number', () => {
  test('what belongs to root is still trusted', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { tmp } = placeOfUser();
    const env = { APPIMAGE_MOUNT: 'extract', TMPDIR: tmp };
    const result = await run('unshare', ['--map-root-user', image], { env, uid: ordinaryUser });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout.startsWith(`${tmp}/appimage-0/`)).toBe(true);
  });
});
