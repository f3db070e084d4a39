import { readdirSync, rmdirSync } from 'node:fs';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, shortFolder } from './fixture.ts';
import { eventually } from './host.ts';
import { guardOf, helpers } from './processes.ts';
import { finish, firstLine, start } from './run.ts';
import { rungs } from './rungs.ts';

for (const { rung, by, user, needs } of rungs.filter(({ mounts }) => mounts)) {
  describeWith([...needs, 'root', 'unshare', 'setpriv'], `a mount by ${rung} as ${by}`, () => {
    test('ends when the folder under its file system is removed from outside of its mount namespace', async () => {
      const image = await appImage('echo ready; read go');
      const folder = shortFolder();
      const own = user === undefined ? '' : `setpriv --reuid ${user} --regid ${user} --clear-groups`;
      const script = `mount -t tmpfs -o mode=1777 none "$0"; exec ${own} "$1"`;
      const isolation = ['--mount', '--propagation', 'private'];
      const env = { APPIMAGE_MOUNT: rung, TMPDIR: folder };
      const child = start('unshare', [...isolation, '/bin/sh', '-c', script, folder, image], { env });
      expect(await firstLine(child)).toBe('ready');
      const keeper = helpers('appimage-keep', image)[0] ?? 0;
      await eventually('there is a guard', () => guardOf(keeper) !== undefined);
      expect(readdirSync(folder)).toEqual([]);
      rmdirSync(folder);
      child.stdin.end('go\n');
      expect(await finish(child)).toMatchObject({ status: 0, stderr: '' });
      await eventually('all processes have ended', () => {
        return guardOf(keeper) === undefined && helpers('appimage-serve', image).length === 0;
      });
      await eventually('the keeper has ended', () => helpers('appimage-keep', image).length === 0);
    });
  });
}
