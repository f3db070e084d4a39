import { chmodSync, chownSync, lchownSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, placeOfUser, shortFolder } from './fixture.ts';
import { ordinaryUser as uid } from './host.ts';
import { run } from './run.ts';

const somebodyElse = 12345;

/** An AppImage in a folder where everybody may add files, as in /tmp. */
async function shared(): Promise<string> {
  const image = await appImage('echo "$HOME" "${A-unset}"');
  chmodSync(dirname(image), 0o1777);
  return image;
}

function ownFolder(mode = 0o755, group = uid): string {
  const folder = join(shortFolder(), 'own');
  mkdirSync(folder);
  chmodSync(folder, mode);
  chownSync(folder, uid, group);
  return folder;
}

function ownFile(content = 'A=1\n'): string {
  const file = join(shortFolder(), 'own');
  writeFileSync(file, content, { mode: 0o644 });
  chownSync(file, uid, uid);
  return file;
}

function link(target: string, path: string, owner: number): void {
  symlinkSync(target, path);
  lchownSync(path, owner, owner);
}

const noFolder = (image: string, home: string, why: string) => ({
  status: 0,
  stdout: `${home} unset\n`,
  stderr: `AppImage: ${image}.home is not used: ${why}\n`,
});

const noFile = (image: string, home: string, why: string) => ({
  status: 0,
  stdout: `${home} unset\n`,
  stderr: `AppImage: ${image}.env is not used: ${why}\n`,
});

const foreignLink = 'the link belongs to somebody else, or has other names';
const foreign = 'it belongs to somebody else';
const writable = 'others can write to it; chmod go-w mends that';

describeWith(['mksquashfs', 'root'], 'a portable folder in a shared folder', () => {
  test('is not what a link of another user leads to', async () => {
    const image = await shared();
    const { env, home } = placeOfUser();
    for (const target of ['/var/tmp', ownFolder(), '/no/such/folder']) {
      link(target, `${image}.config`, somebodyElse);
      const result = await run(image, [], { uid, env });
      expect(result.stdout).toBe(`${home} unset\n`);
      expect(result.stderr).toBe(`AppImage: ${image}.config is not used: ${foreignLink}\n`);
      await run('rm', [`${image}.config`]);
    }
    linkSync(await ownLink(ownFolder()), `${image}.home`);
    expect(await run(image, [], { uid, env })).toMatchObject(noFolder(image, home, foreignLink));
  });

  async function ownLink(target: string): Promise<string> {
    const path = join(shortFolder(), 'link');
    link(target, path, uid);
    return path;
  }

  test.each([
    ['the user', uid],
    ['root', 0],
  ])('may be a link of %s to a folder of the user’s own', async (_, owner) => {
    const image = await shared();
    link(ownFolder(), `${image}.home`, owner);
    expect(await run(image, [], { uid, env: placeOfUser().env })).toMatchObject({
      stdout: `${image}.home unset\n`,
      stderr: '',
    });
  });

  test('is none of root’s that a user can write to', async () => {
    const image = await shared();
    const { env, home } = placeOfUser();
    mkdirSync(`${image}.home`);
    chmodSync(`${image}.home`, 0o1777);
    expect(await run(image, [], { uid, env })).toMatchObject(noFolder(image, home, foreign));
  });

  test.each([
    ['for everybody', 0o777, uid, false],
    ['for a group of several users', 0o775, 100, false],
    ['for the group that has the user’s number', 0o775, uid, true],
  ])('that can be written to %s, mode %o, group %i: used is %s', async (_, mode, group, used) => {
    const image = await shared();
    const { env, home } = placeOfUser();
    mkdirSync(`${image}.home`);
    chmodSync(`${image}.home`, mode);
    chownSync(`${image}.home`, uid, group);
    expect(await run(image, [], { uid, env })).toMatchObject(
      used ? { stdout: `${image}.home unset\n`, stderr: '' } : noFolder(image, home, writable),
    );
  });

  test('is used where a file system gives all to everybody, the AppImage too', async () => {
    const image = await shared();
    mkdirSync(`${image}.home`);
    writeFileSync(`${image}.env`, 'A=1\n');
    for (const path of [image, `${image}.home`, `${image}.env`]) {
      chownSync(path, uid, uid);
      chmodSync(path, 0o777);
    }
    expect(await run(image, [], { uid, env: placeOfUser().env })).toMatchObject({
      stdout: `${image}.home 1\n`,
      stderr: '',
    });
  });

  testWith(['/dev/fuse'], 'of somebody else is told from one’s own in a user namespace, too', async () => {
    const image = await shared();
    const { env, home } = placeOfUser();
    mkdirSync(`${image}.home`);
    chownSync(`${image}.home`, somebodyElse, somebodyElse);
    chmodSync(`${image}.home`, 0o777);
    const start = (user: number, by: string) =>
      run(image, [], { uid: user, env: { ...env, APPIMAGE_MOUNT: by, APPIMAGE_EXTRACT_AND_RUN: '' } });
    expect(await start(uid, 'userns')).toMatchObject(noFolder(image, home, foreign));
  });
});

describeWith(['mksquashfs', 'root'], 'a file of variables in a shared folder', () => {
  test('is not what a link of another user leads to, whosever that is', async () => {
    const image = await shared();
    const { env, home } = placeOfUser();
    link(ownFile(), `${image}.env`, somebodyElse);
    expect(await run(image, [], { uid, env })).toMatchObject(noFile(image, home, foreignLink));
  });

  test.each([
    ['the user', uid],
    ['root', 0],
  ])('may be a link of %s', async (_, owner) => {
    const image = await shared();
    link(ownFile(), `${image}.env`, owner);
    const { env, home } = placeOfUser();
    expect(await run(image, [], { uid, env })).toMatchObject({ stdout: `${home} 1\n`, stderr: '' });
  });

  test('is no second name of another file; in a folder of one’s own it may be', async () => {
    const image = await shared();
    const { env, home } = placeOfUser();
    linkSync(ownFile(), `${image}.env`);
    const why = 'it has another name, too (a hard link), and others can add to this folder';
    expect(await run(image, [], { uid, env })).toMatchObject(noFile(image, home, why));
    chmodSync(dirname(image), 0o755);
    expect(await run(image, [], { uid, env })).toMatchObject({ stdout: `${home} 1\n`, stderr: '' });
  });

  test('of root’s beside an AppImage of root’s holds for every user', async () => {
    const image = await appImage('echo "$A"');
    writeFileSync(`${image}.env`, 'A=everybody\n', { mode: 0o644 });
    expect(await run(image, [], { uid, env: placeOfUser().env })).toMatchObject({ stdout: 'everybody\n', stderr: '' });
  });
});
