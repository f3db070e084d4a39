import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { listKeptVersions, rollbackAppImage, updateAppImage } from '../../src/index.ts';
import { makeImage } from '../support/make-image.ts';
import { noise } from '../support/noise.ts';
import { startPublisher } from '../support/publisher.ts';

const MODULE = new URL('../../src/index.ts', import.meta.url).href;
const NOBODY = 65_534;
const content = noise(200_000);

/** Does something with the rights of a user who has none. */
async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Two versions of an application, the old one in that folder. */
async function versionsIn(folder: string) {
  const publisher = await startPublisher();
  const { updateInformation, publish, options } = publisher;
  const file = join(folder, 'probe.AppImage');
  const old = await makeImage({ version: '1.0', content, updateInformation });
  writeFileSync(file, old, { mode: 0o755 });
  const next = await publish({ version: '2.0', content: noise(200_000, 2) });
  return { file, old: Buffer.from(old), next: Buffer.from(next), options };
}

testWith(
  ['root', 'losetup', 'mkfs.exfat', 'mount.exfat-fuse'],
  'a file on exFAT, which has no hard links, is updated and rolled back',
  async () => {
    const folder = temporaryFolder();
    const disk = join(folder, 'disk');
    writeFileSync(disk, '');
    truncateSync(disk, 2 ** 25);
    run('mkfs.exfat', [disk]);
    const device = run('losetup', ['-f', '--show', disk]).trim();
    onTestFinished(() => void run('losetup', ['-d', device]));
    const mounted = join(folder, 'mounted');
    mkdirSync(mounted);
    run('mount.exfat-fuse', [device, mounted]);
    onTestFinished(() => void run('umount', [mounted]));

    const { file, old, next, options } = await versionsIn(mounted);
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated', kept: { version: '1.0' } });
    expect(readFileSync(file)).toEqual(next);
    expect(await rollbackAppImage(file, options)).toMatchObject({ restored: { version: '1.0' } });
    expect(readFileSync(file)).toEqual(old);
    expect((await listKeptVersions(file)).map(({ version }) => version)).toEqual(['2.0']);
    expect(readdirSync(mounted).toSorted()).toEqual(['.appimage-versions', 'probe.AppImage']);
  },
);

testWith(['root', 'mount'], 'a disk that is full leaves the old file, and says so', async () => {
  const folder = mountTmpfs(temporaryFolder(), '320k');
  const { file, old, options } = await versionsIn(folder);
  await expect(updateAppImage(file, options)).rejects.toMatchObject({
    message: expect.stringMatching(/full|free|room|space/),
  });
  expect(readFileSync(file)).toEqual(old);
});

describeWith(['root'], 'with the rights of a user', () => {
  test('a file of somebody else is not replaced, before anything is fetched', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    const { file, old, options } = await versionsIn(folder);
    const progress: string[] = [];
    const attempt = asNobody(() => updateAppImage(file, { ...options, onProgress: ({ step }) => progress.push(step) }));
    await expect(attempt).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining('belongs to the user with the number 0'),
    });
    expect(progress).toEqual([]);
    expect(readFileSync(file)).toEqual(old);
  });

  test('a file in a folder that can not be written to is not replaced, before anything is fetched', async () => {
    const folder = temporaryFolder();
    const { file, old } = await versionsIn(folder);
    chownSync(file, NOBODY, NOBODY);
    // Who may write to a folder is a question of the real user, so it takes a process of its own.
    const code = `import { updateAppImage } from ${JSON.stringify(MODULE)};
      await updateAppImage(${JSON.stringify(file)}).catch((error) => console.log(JSON.stringify(error)));`;
    const args = ['--conditions=@appimage-js/source', '--no-warnings', '--input-type=module-typescript', '-'];
    const env = { NODE_OPTIONS: '', HOME: folder };
    const { stdout } = await execa(process.execPath, args, { input: code, env, uid: NOBODY, gid: NOBODY });
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'not-permitted',
      message: `Cannot update ${file}: its folder ${folder} can not be written to`,
    });
    expect(readFileSync(file)).toEqual(old);
  });

  test('an own file in a sticky folder is replaced', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o1777);
    const { file, next, options } = await versionsIn(folder);
    chownSync(file, NOBODY, NOBODY);
    chownSync(dirname(options.dataFolder ?? ''), NOBODY, NOBODY);
    expect(await asNobody(() => updateAppImage(file, options))).toMatchObject({ state: 'updated' });
    expect(readFileSync(file)).toEqual(next);
  });

  test('root gives the new file to the owner of the old one', async () => {
    const { file, next, options } = await versionsIn(temporaryFolder());
    chownSync(file, NOBODY, 100);
    chmodSync(file, 0o4750);
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated' });
    const { uid, gid, mode } = statSync(file);
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: NOBODY, gid: 100, mode: 0o750 });
    expect(readFileSync(file)).toEqual(next);
    const [{ path = '' } = {}] = await listKeptVersions(file);
    expect([dirname(path), dirname(dirname(path))].map((place) => statSync(place).uid)).toEqual([NOBODY, NOBODY]);
  });

  test('what somebody else has put among the old versions is none, and his folder is not used', async () => {
    const folder = temporaryFolder();
    const { file, old, options } = await versionsIn(folder);
    const theirs = join(folder, '.appimage-versions', 'probe.AppImage');
    mkdirSync(theirs, { recursive: true });
    writeFileSync(join(theirs, '0001_20260101T000000Z_1.0_0123456789abcdef'), 'theirs');
    for (const path of [theirs, dirname(theirs)]) chownSync(path, NOBODY, NOBODY);
    expect(await listKeptVersions(file)).toEqual([]);
    await expect(rollbackAppImage(file, options)).rejects.toMatchObject({ code: 'not-found' });
    await expect(updateAppImage(file, options)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(readFileSync(file)).toEqual(old);
    for (const path of [theirs, dirname(theirs)]) chownSync(path, 0, 0);
    expect(await listKeptVersions(file)).toHaveLength(1);
    chownSync(join(theirs, '0001_20260101T000000Z_1.0_0123456789abcdef'), NOBODY, NOBODY);
    expect(await listKeptVersions(file)).toEqual([]);
    expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated' });
  });
});

testWith(['root', 'chattr'], 'an immutable file is not replaced, and how to change that is said', async () => {
  const { file, old, options } = await versionsIn(temporaryFolder());
  run('chattr', ['+i', file]);
  onTestFinished(() => void run('chattr', ['-i', file]));
  await expect(updateAppImage(file, options)).rejects.toMatchObject({
    code: 'not-permitted',
    message: expect.stringContaining('chattr -i'),
  });
  expect(readFileSync(file)).toEqual(old);
});

testWith(['setfattr', 'getfattr'], 'extended attributes stay', async () => {
  const { file, next, options } = await versionsIn(temporaryFolder());
  run('setfattr', ['-n', 'user.origin', '-v', 'https://example.org', file]);
  expect((await updateAppImage(file, options)).remarks).toEqual([]);
  expect(readFileSync(file)).toEqual(next);
  expect(run('getfattr', ['--only-values', '-n', 'user.origin', file])).toBe('https://example.org');
});

test('what another attempt has left is used; a link that somebody has put there is not followed', async () => {
  const folder = temporaryFolder();
  const { file, next, options } = await versionsIn(folder);
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  run('ln', ['-s', 'victim', join(folder, '.probe.AppImage.part')]);
  expect(await updateAppImage(file, options)).toMatchObject({ state: 'updated' });
  expect(readFileSync(file)).toEqual(next);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});
