import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, mountsBelow, type Place, shortFolder } from './fixture.ts';
import { eventually, ordinaryUser } from './host.ts';
import { runOn, withoutFuse, withoutFusermount } from './host-conditions.ts';
import { guardOf, helpers } from './processes.ts';
import { finish, firstLine, type RunOptions, run, start } from './run.ts';
import { byRoot, prepare, type Rung, rungs } from './rungs.ts';

/** A host where that rung is the one that mounts, and the folders of one user. */
function prepareToKeep(rung: Rung): { where: Place; options: RunOptions } {
  const { where, options } = prepare(rung, { APPIMAGE_MOUNT: 'keep' });
  return { where, options: { ...options, env: { ...options.env, XDG_RUNTIME_DIR: where.tmp } } };
}

const unmounted = async (image: string, { where, options }: ReturnType<typeof prepareToKeep>) => {
  await eventually(
    'nothing uses the mount',
    async () => (await run(image, ['--appimage-unmount'], options)).status === 0,
  );
  expect(mountsBelow(where.tmp)).toEqual([]);
  await eventually(
    'all have ended',
    () => [...helpers('appimage-keep', image), ...helpers('appimage-serve', image)].length === 0,
  );
  expect(readdirSync(join(where.tmp, 'appimage'))).toEqual([]);
};

for (const rung of rungs.filter(({ rung: name }) => name === 'root' || name === 'fusermount')) {
  describeWith(rung.needs, `a mount that is kept, by ${rung.rung}`, () => {
    const script = 'echo "$APPDIR"; cat "$APPDIR/late"; exit 3';
    const late = { late: 'there\n' };

    test('is found by the next start, and goes when that is asked for', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const { where, options } = prepared;
      const first = await run(image, [], options);
      expect(first).toMatchObject({ status: 3, stderr: '' });
      expect(first.stdout).toMatch(new RegExp(`^${where.tmp}/appimage/mount-.*\nthere\n$`));
      const [keeper] = helpers('appimage-keep', image);
      expect(await run(image, [], options)).toMatchObject({ status: 3, stdout: first.stdout, stderr: '' });
      expect(helpers('appimage-keep', image)).toEqual([keeper]);
      expect(mountsBelow(where.tmp)).toHaveLength(1);
      await unmounted(image, prepared);
      expect((await run(image, ['--appimage-unmount'], options)).stderr).toContain('is not kept mounted');
    });

    test('is one for many that start at once', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const results = await Promise.all(Array.from({ length: 20 }, () => run(image, [], prepared.options)));
      expect(new Set(results.map(({ status, stdout, stderr }) => `${status} ${stdout} ${stderr}`)).size).toBe(1);
      expect(results[0]?.status).toBe(3);
      expect(mountsBelow(prepared.where.tmp)).toHaveLength(1);
      await unmounted(image, prepared);
    });

    test('does not go while something uses it', async () => {
      const image = await appImage('cd "$APPDIR"; echo ready; read go; cat late', late);
      const prepared = prepareToKeep(rung);
      const child = start(image, [], prepared.options);
      expect(await firstLine(child)).toBe('ready');
      const refused = await run(image, ['--appimage-unmount'], prepared.options);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(/cannot unmount .*: something still uses it/);
      child.stdin.end('go\n');
      expect((await finish(child)).stdout).toBe('there\n');
      await unmounted(image, prepared);
    });

    test('goes with umount(8), too, and is made again', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const first = await run(image, [], prepared.options);
      expect((await run('umount', [first.stdout.split('\n')[0] ?? ''])).status).toBe(0);
      await eventually('the keeper has ended', () => helpers('appimage-keep', image).length === 0);
      expect(readdirSync(join(prepared.where.tmp, 'appimage'))).toEqual([]);
      expect((await run(image, [], prepared.options)).stdout).toBe(first.stdout);
      await unmounted(image, prepared);
    });

    test('is made again when its server was killed, and when all were', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const first = await run(image, [], prepared.options);
      process.kill(helpers('appimage-serve', image)[0] ?? 0, 'SIGKILL');
      expect((await run(image, [], prepared.options)).stdout).toBe(first.stdout);
      // The one of the killed server may still be about to end.
      await eventually('there is one keeper', () => helpers('appimage-keep', image).length === 1);
      const keeper = helpers('appimage-keep', image)[0] ?? 0;
      await eventually('there is a guard', () => guardOf(keeper) !== undefined);
      for (const pid of [guardOf(keeper) ?? 0, keeper, ...helpers('appimage-serve', image)])
        process.kill(pid, 'SIGKILL');
      expect((await run(image, [], prepared.options)).stdout).toBe(first.stdout);
      await unmounted(image, prepared);
    });

    test('is not taken away by the keeper of a killed server, once another start has mounted there', async () => {
      const image = await appImage(script, late);
      const { where, options } = prepareToKeep(rung);
      // The first to unmount is late.
      const helper = join(where.tmp, 'fusermount');
      const lines = [
        '#!/bin/sh',
        'case "$*" in *-u*) mkdir "$0.late" 2>/dev/null && sleep 0.5;; esac',
        'exec fusermount3 "$@"',
      ];
      writeFileSync(helper, `${lines.join('\n')}\n`, { mode: 0o755 });
      const prepared = { where, options: { ...options, env: { ...options.env, FUSERMOUNT_PROG: helper } } };
      chmodSync(where.tmp, 0o755);
      await run(image, [], prepared.options);
      const [keeper = 0] = helpers('appimage-keep', image);
      process.kill(helpers('appimage-serve', image)[0] ?? 0, 'SIGKILL');
      const { stdout } = await run(image, [], prepared.options);
      const second = helpers('appimage-keep', image).filter((pid) => pid !== keeper);
      expect(second).toHaveLength(1);
      await eventually('the first keeper has ended', () => !helpers('appimage-keep', image).includes(keeper));
      expect(await run(image, [], prepared.options)).toMatchObject({ status: 3, stdout });
      expect(helpers('appimage-keep', image)).toEqual(second);
      rmSync(helper);
      rmSync(`${helper}.late`, { recursive: true, force: true });
      await unmounted(image, { where, options });
    });

    test('is that of the file, whatever its name; another file, and the file after a change, get their own', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const renamed = `${image}.renamed`;
      const started = async (path: string) => (await run(path, [], prepared.options)).stdout;
      const first = await started(image);
      renameSync(image, renamed);
      expect(await started(renamed)).toBe(first);
      copyFileSync(renamed, image);
      expect(await started(image)).not.toBe(first);
      utimesSync(renamed, 1, 1);
      expect(await started(renamed)).not.toBe(first);
      expect(mountsBelow(prepared.where.tmp)).toHaveLength(3);
      for (const path of mountsBelow(prepared.where.tmp)) await run('umount', [path]);
    });

    test('--appimage-mount makes it and leaves it', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const result = await run(image, ['--appimage-mount'], prepared.options);
      expect(result).toMatchObject({ status: 0, stderr: '' });
      expect((await run(image, [], prepared.options)).stdout).toBe(`${result.stdout}there\n`);
      await unmounted(image, prepared);
    });

    test('is never below a folder that others could have made or could write to', async () => {
      const image = await appImage(script, late);
      const prepared = prepareToKeep(rung);
      const { where, options } = prepared;
      const env = { ...options.env, XDG_RUNTIME_DIR: '', TMPDIR: where.home };
      const uid = options.uid ?? 0;
      const folder = join(where.home, `appimage-${uid}`);
      const elsewhere = join(shortFolder(), 'elsewhere');
      const startsElsewhere = async () => {
        const { status, stdout } = await run(image, [], { ...options, env });
        expect(status).toBe(3);
        expect(stdout.startsWith(folder)).toBe(false);
        expect(readdirSync(folder)).toEqual([]);
        for (const path of mountsBelow(`/tmp/appimage-${uid}`)) await run('umount', [path]);
      };
      mkdirSync(folder);
      await run('chown', [`${uid}`, folder]);
      chmodSync(folder, 0o770);
      await startsElsewhere();
      chmodSync(folder, 0o700);
      await run('chown', ['12345', folder]);
      await startsElsewhere();
      mkdirSync(elsewhere, { mode: 0o700 });
      await run('chown', [`${uid}`, elsewhere]);
      await run('rmdir', [folder]);
      symlinkSync(elsewhere, folder);
      await startsElsewhere();
      expect(statSync(elsewhere).uid).toBe(uid);
    });
  });
}

describeWith(
  ['mksquashfs', 'root', '/dev/fuse', 'unshare', 'setpriv', 'clang'],
  'keep where nothing can be shared',
  () => {
    const script = 'case $APPDIR in */.mount_*) echo mounted;; *) echo extracted;; esac';

    test.each([
      ['without fusermount mounts in a namespace, for this start', [withoutFusermount], 'mounted\n'],
      ['without /dev/fuse extracts', [withoutFuse], 'extracted\n'],
    ])('%s', async (_, setUp, expected) => {
      const image = await appImage(script);
      const { where, options } = prepareToKeep({ ...byRoot, user: ordinaryUser });
      const env = options.env ?? {};
      expect(await runOn({ setUp }, image, [], { env })).toMatchObject({ status: 0, stdout: expected, stderr: '' });
      await eventually(
        'only the folder is left',
        () => readdirSync(where.tmp, { recursive: true }).join() === 'appimage',
      );
    });
  },
);
