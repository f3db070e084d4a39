import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { shortFolder } from '../native/fixture.ts';
import { ordinaryUser } from '../native/host.ts';
import { run, succeed } from '../native/run.ts';
import { helperOfItsOwn, helpersIn, type ShellPlace, shellPlace, shImg } from './fixture.ts';

/** Runs and answers which helpers are where afterwards. */
async function places(image: string, { options, run: folder, home }: ShellPlace) {
  const finished = await run(image, [], options);
  return {
    ...finished,
    inRun: helpersIn(folder, readdirSync),
    inCache: helpersIn(join(home, '.cache'), readdirSync),
  };
}

describeWith(['mksquashfs'], 'the helper of a shImg', () => {
  test('is the native program, which only its user may run', async () => {
    const program = await helperOfItsOwn();
    const image = await shImg('exit 5', { helpers: new Map([['x86_64', program]]) });
    const where = shellPlace(ordinaryUser);
    const { status, inRun } = await places(image, where);
    expect({ status, count: inRun.length }).toEqual({ status: 5, count: 1 });
    const path = join(where.run, 'appimage', inRun[0] as string);
    const { mode, uid } = statSync(path);
    expect({ mode: mode & 0o7777, uid }).toEqual({ mode: 0o500, uid: ordinaryUser });
    expect(readFileSync(path).equals(Buffer.from(program).fill(0, 8, 11))).toBe(true);
    const folder = statSync(join(where.run, 'appimage'));
    expect({ mode: folder.mode & 0o7777, uid: folder.uid }).toEqual({ mode: 0o700, uid: ordinaryUser });
  });

  test('is shared by images that have the same one', async () => {
    const where = shellPlace(ordinaryUser);
    const helpers = new Map([['x86_64', await helperOfItsOwn()]]);
    expect((await places(await shImg('exit 5', { helpers }), where)).inRun).toHaveLength(1);
    expect(await places(await shImg('exit 6', { helpers }), where)).toMatchObject({
      status: 6,
      inRun: [expect.any(String)],
    });
  });

  test('is unpacked by many starts at once, and each of them runs', async () => {
    const image = await shImg('exit 9');
    const where = shellPlace(ordinaryUser);
    const runs = await Promise.all(Array.from({ length: 8 }, () => run(image, [], where.options)));
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual(runs.map(() => ({ status: 9, stderr: '' })));
    expect(readdirSync(join(where.run, 'appimage'))).toHaveLength(1);
  });

  test('goes to the cache where XDG_RUNTIME_DIR is not set, and not to one that is another user’s', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    const { XDG_RUNTIME_DIR: _, ...env } = where.options.env ?? {};
    expect(await places(image, { ...where, options: { ...where.options, env } })).toMatchObject({
      status: 5,
      inRun: [],
      inCache: [expect.any(String)],
    });
  });

  test('goes to a folder with the number of the user where there is no home', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    const env = { TMPDIR: where.tmp };
    expect(await run(image, [], { ...where.options, env })).toMatchObject({ status: 5, stderr: '' });
    expect(readdirSync(where.tmp).filter((name) => name.startsWith('appimage'))).toEqual([`appimage-${ordinaryUser}`]);
  });

  test('replaces one that is damaged only by another name: what is there and is not ours is not run', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    const [helper] = (await places(image, where)).inRun as [string];
    const other = shellPlace(ordinaryUser);
    const evil = join(shortFolder(), 'evil');
    writeFileSync(evil, '#!/bin/sh\necho evil\nexit 66\n', { mode: 0o755 });
    mkdirSync(join(other.run, 'appimage'), { mode: 0o700 });
    chownSync(join(other.run, 'appimage'), ordinaryUser, ordinaryUser);
    symlinkSync(evil, join(other.run, 'appimage', helper));
    expect(await run(image, [], other.options)).toMatchObject({ status: 5, stdout: '' });
    expect(readdirSync(join(other.run, 'appimage'))).toEqual([helper]);
  });

  testWith(['root'], 'is not looked for in a folder that is another user’s', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    mkdirSync(join(where.run, 'appimage'), { mode: 0o777 });
    chmodSync(join(where.run, 'appimage'), 0o777);
    const result = await places(image, where);
    expect(result).toMatchObject({ status: 5, inRun: [], inCache: [expect.any(String)] });
  });

  test('is not put into a folder that others may write to, nor through a link', async () => {
    const image = await shImg('exit 5');
    for (const spoil of [
      (path: string) => {
        mkdirSync(path);
        chownSync(path, ordinaryUser, ordinaryUser);
        chmodSync(path, 0o777);
      },
      (path: string) => symlinkSync(shortFolder(), path),
    ]) {
      const where = shellPlace(ordinaryUser);
      spoil(join(where.run, 'appimage'));
      expect(await places(image, where)).toMatchObject({ status: 5, inRun: [], inCache: [expect.any(String)] });
    }
  });

  testWith(['root'], 'goes elsewhere where programs must not be run', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    await succeed('mount', ['-t', 'tmpfs', '-o', `noexec,mode=700,uid=${ordinaryUser}`, 'tmpfs', where.run]);
    onTestFinished(async () => void (await run('umount', [where.run])));
    expect(await places(image, where)).toMatchObject({
      status: 5,
      stderr: '',
      inRun: [],
      inCache: [expect.any(String)],
    });
    expect(readdirSync(join(where.run, 'appimage'))).toEqual([]);
  });

  testWith(['root'], 'goes elsewhere where the disk is full', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    await succeed('mount', ['-t', 'tmpfs', '-o', `size=16k,mode=700,uid=${ordinaryUser}`, 'tmpfs', where.run]);
    onTestFinished(async () => void (await run('umount', [where.run])));
    expect(await places(image, where)).toMatchObject({
      status: 5,
      stderr: '',
      inRun: [],
      inCache: [expect.any(String)],
    });
    expect(readdirSync(join(where.run, 'appimage'))).toEqual([]);
  });

  test('that is damaged is told of, and host programs do its work', async () => {
    const image = await shImg('exit 5');
    const bytes = readFileSync(image);
    const start = Number(/^x86_64_offset=(\d+)$/m.exec(bytes.toString('latin1'))?.[1]) - 1;
    bytes.fill(0x55, start + 1000, start + 3000);
    writeFileSync(image, bytes);
    const where = shellPlace(ordinaryUser);
    expect(await places(image, where)).toMatchObject({ status: 5, inRun: [], inCache: [] });
    const folders = [where.run, join(where.home, '.cache')].map((folder) => join(folder, 'appimage'));
    expect(folders.flatMap((folder) => readdirSync(folder))).toEqual([]);
    const doctor = await run(image, ['--appimage-doctor'], where.options);
    expect(doctor.stdout).toMatch(/^helper {6}no\n {2}helper: it cannot be unpacked to .*\/appimage: gzip: /m);
  });

  test('of an interrupted start is removed a day later', async () => {
    const image = await shImg('exit 5');
    const where = shellPlace(ordinaryUser);
    const folder = join(where.run, 'appimage');
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, ordinaryUser, ordinaryUser);
    for (const name of ['.helper-1.new', '.helper-2.new', 'helper-old', 'other']) {
      writeFileSync(join(folder, name), '');
      chownSync(join(folder, name), ordinaryUser, ordinaryUser);
    }
    await succeed('touch', ['-d', '3 days ago', join(folder, '.helper-1.new')]);
    await succeed('touch', ['-d', '40 days ago', join(folder, 'helper-old'), join(folder, 'other')]);
    expect(await run(image, [], where.options)).toMatchObject({ status: 5 });
    expect(readdirSync(folder).filter((name) => !/^helper-[0-9a-f]{32}$/.test(name))).toEqual([
      '.helper-2.new',
      'other',
    ]);
  });

  test.each(['gzip', 'zstd', 'lz4', 'xz'])('starts a payload with %s', async (compression) => {
    const image = await shImg('cat "$APPDIR/data"', { compression, more: { data: 'compressed '.repeat(1000) } });
    const { options } = shellPlace(ordinaryUser);
    expect(await run(image, [], options)).toMatchObject({ status: 0, stdout: 'compressed '.repeat(1000), stderr: '' });
  });
});
