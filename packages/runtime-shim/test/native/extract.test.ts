import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith, mountTmpfs, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImageOf, shortFolder, writeTree } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';

const uid = ordinaryUser;

function tree(): string {
  const folder = shortFolder();
  writeTree(folder, {
    AppRun: '#!/bin/sh\n',
    'usr/bin/tool': '#!/bin/sh\necho tool\n',
    'usr/lib/libreal.so.1.2': 'library',
    'usr/share/doc/readme': 'read me',
    'usr/share/doc/other': 'other',
    'usr/share/big': Buffer.alloc(700_000, 'something '),
  });
  symlinkSync('libreal.so.1.2', join(folder, 'usr/lib/libreal.so.1'));
  symlinkSync('lib', join(folder, 'usr/lib64'));
  symlinkSync('../lib64/libreal.so.1', join(folder, 'usr/share/link'));
  symlinkSync('/etc/hostname', join(folder, 'usr/share/outside'));
  linkSync(join(folder, 'usr/share/big'), join(folder, 'usr/share/same'));
  return folder;
}

describeWith(['mksquashfs'], '--appimage-extract', () => {
  test('unpacks everything into ./squashfs-root, prints it, and says nothing else', async () => {
    const source = tree();
    const image = await appImageOf(source);
    const cwd = shortFolder();
    const { status, stdout, stderr } = await run(image, ['--appimage-extract'], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toContain('squashfs-root/usr/share/doc/readme');
    expect(await run('diff', ['-r', '--no-dereference', source, join(cwd, 'squashfs-root')])).toMatchObject({
      status: 0,
    });
    const find = ['.', '-mindepth', '1', '-printf', '%P %y %m %n %l\n'];
    const listed = async (folder: string) => (await succeed('find', find, { cwd: folder })).split('\n').sort();
    expect(await listed(join(cwd, 'squashfs-root'))).toEqual(await listed(source));
  });

  test('again, over what is there, gives the same', async () => {
    const source = tree();
    const image = await appImageOf(source);
    const cwd = shortFolder();
    await run(image, ['--appimage-extract'], { cwd });
    writeFileSync(join(cwd, 'squashfs-root/usr/share/doc/readme'), 'changed');
    expect((await run(image, ['--appimage-extract'], { cwd })).status).toBe(0);
    expect(await run('diff', ['-r', '--no-dereference', source, join(cwd, 'squashfs-root')])).toMatchObject({
      status: 0,
    });
  });

  test('--to names another folder', async () => {
    const image = await appImageOf(tree());
    const target = join(shortFolder(), 'over there');
    const { stdout } = await run(image, ['--appimage-extract', '--to', target, 'usr/bin/*']);
    expect(stdout).toBe(`${target}/usr/bin/tool\n`);
    expect(readFileSync(join(target, 'usr/bin/tool'), 'utf8')).toContain('echo tool');
    expect(readdirSync(target)).toEqual(['usr']);
  });

  test.each([
    ['a file', ['usr/share/doc/readme'], ['usr/share/doc/readme']],
    ['a pattern', ['usr/share/doc/*'], ['usr/share/doc/other', 'usr/share/doc/readme']],
    ['a folder', ['usr/share/doc'], ['usr/share/doc/other', 'usr/share/doc/readme']],
    ['a folder as a shell completes it', ['usr/share/doc/'], ['usr/share/doc/other', 'usr/share/doc/readme']],
    ['a folder with slashes and dots at both ends', ['/./usr/bin//./'], ['usr/bin/tool']],
    ['two patterns, one with ./', ['./AppRun', 'usr/bin/t*'], ['AppRun', 'usr/bin/tool']],
    [
      'a link, and what it leads to over other links',
      ['usr/share/link'],
      ['usr/lib/libreal.so.1', 'usr/lib/libreal.so.1.2', 'usr/lib64', 'usr/share/link'],
    ],
    ['a link that leads out of the image, and nothing there', ['usr/share/outside'], ['usr/share/outside']],
  ])('extracts %s', async (_, patterns, expected) => {
    const image = await appImageOf(tree());
    const cwd = shortFolder();
    expect(await run(image, ['--appimage-extract', ...patterns], { cwd })).toMatchObject({ status: 0, stderr: '' });
    const found = await succeed('find', ['.', '-mindepth', '1', '!', '-type', 'd', '-printf', '%P\n'], {
      cwd: join(cwd, 'squashfs-root'),
    });
    expect(found.trim().split('\n').sort()).toEqual(expected);
  });

  test.each(['.', '/', './', '/.', './/'])(
    'takes everything for the root of the image, written as "%s"',
    async (root) => {
      const image = await appImageOf(tree());
      const all = (await run(image, ['--appimage-list'])).stdout;
      const extracted = await run(image, ['--appimage-extract', root, 'no/such'], { cwd: shortFolder() });
      expect(extracted).toMatchObject({ status: 0, stderr: '' });
      expect(extracted.stdout.replaceAll('squashfs-root/', '')).toBe(all);
    },
  );

  test('a pattern that nothing matches is an error', async () => {
    const image = await appImageOf(tree());
    const { status, stderr } = await run(image, ['--appimage-extract', 'no/such/*', ''], { cwd: shortFolder() });
    expect(status).toBe(1);
    expect(stderr).toContain('nothing in');
  });

  test('does not follow a link that lies in the target, and touches nothing behind it', async () => {
    const image = await appImageOf(tree());
    const [cwd, outside] = [shortFolder(), shortFolder()];
    mkdirSync(join(cwd, 'squashfs-root'));
    symlinkSync(outside, join(cwd, 'squashfs-root/usr'));
    const { status, stderr } = await run(image, ['--appimage-extract'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('cannot extract /usr');
    expect(readdirSync(outside)).toEqual([]);

    const victim = join(outside, 'victim');
    writeFileSync(victim, 'untouched');
    const second = shortFolder();
    mkdirSync(join(second, 'squashfs-root'));
    symlinkSync(victim, join(second, 'squashfs-root/AppRun'));
    expect((await run(image, ['--appimage-extract', 'AppRun'], { cwd: second })).status).toBe(0);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(readFileSync(join(second, 'squashfs-root/AppRun'), 'utf8')).toBe('#!/bin/sh\n');
  });

  testWith(['root'], 'goes into no squashfs-root that somebody else has made, unless --to says so', async () => {
    const image = await appImageOf(tree());
    const cwd = shortFolder();
    mkdirSync(join(cwd, 'squashfs-root'));
    chmodSync(join(cwd, 'squashfs-root'), 0o777);
    for (const [owner, user] of [
      [12345, uid],
      [0, uid],
      [12345, 0],
    ] as const) {
      chownSync(join(cwd, 'squashfs-root'), owner, owner);
      const { status, stderr } = await run(image, ['--appimage-extract'], { cwd, uid: user });
      expect(status).toBe(1);
      expect(stderr).toContain('squashfs-root: it is there and belongs to somebody else; --to DIR names another one');
      expect(readdirSync(join(cwd, 'squashfs-root'))).toEqual([]);
    }
    const typed = await run(image, ['--appimage-extract', '--to', 'squashfs-root', 'AppRun'], { cwd, uid });
    expect(typed).toMatchObject({ status: 0, stderr: '' });
  });

  test('drops set-user-id bits and makes no devices', async () => {
    const source = tree();
    chmodSync(join(source, 'usr/bin/tool'), 0o6755);
    const image = await appImageOf(source, { mksquashfs: ['-p', 'dev/null c 666 0 0 1 3', '-p', 'dev d 755 0 0'] });
    const cwd = shortFolder();
    const { status, stderr } = await run(image, ['--appimage-extract'], { cwd });
    expect(status).toBe(0);
    expect(stderr).toBe('AppImage: not extracted: dev/null is a device, a pipe or a socket\n');
    expect(statSync(join(cwd, 'squashfs-root/usr/bin/tool')).mode & 0o7777).toBe(0o755);
    expect(existsSync(join(cwd, 'squashfs-root/dev/null'))).toBe(false);
  });

  test('reads the image where it can do nothing but write to the target', async () => {
    const folder = shortFolder();
    writeTree(
      folder,
      Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`${'long-name-'.repeat(10)}${i}`, ''])),
    );
    const image = await appImageOf(folder);
    const child = start(image, ['--appimage-extract'], { cwd: shortFolder() });
    // More than a pipe holds: it waits for its reader in the middle of the tree.
    await firstLine(child);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(await finish(child)).toMatchObject({ status: 0, stderr: '' });
  });

  test('matches no pattern across folders, and takes what a pattern says literally after a backslash', async () => {
    const folder = shortFolder();
    writeTree(folder, {
      'a/b/c.txt': '',
      'a/c.txt': '',
      'c.txt': '',
      'star*.txt': '',
      'starry.txt': '',
      '.hidden': '',
    });
    const image = await appImageOf(folder);
    const extracted = async (...patterns: string[]) => {
      const { stdout } = await run(image, ['--appimage-extract', ...patterns], { cwd: shortFolder() });
      return stdout.replaceAll('squashfs-root/', '').trim().split('\n');
    };
    expect(await extracted('*.txt')).toEqual(['c.txt', 'star*.txt', 'starry.txt']);
    expect(await extracted('a/*.txt')).toEqual(['a/c.txt']);
    expect(await extracted('star\\*.txt')).toEqual(['star*.txt']);
    expect(await extracted('[.]hidden', '/a/b')).toEqual(['.hidden', 'a/b', 'a/b/c.txt']);
  });

  test('follows links to folders, in circles and to nothing, and keeps hard links among what it extracts', async () => {
    const folder = shortFolder();
    writeTree(folder, { 'real/one': 'content', 'real/deep/two': '2', 'else/three': '3' });
    linkSync(join(folder, 'real/one'), join(folder, 'else/same'));
    for (const [target, name] of [
      ['real', 'to-folder'],
      ['circle-b', 'circle-a'],
      ['circle-a', 'circle-b'],
      ['real/gone', 'to-nothing'],
      ['../../..', 'above'],
      ['./real/../else//same', 'winding'],
    ] as const)
      symlinkSync(target, join(folder, name));
    const image = await appImageOf(folder);
    const cwd = shortFolder();
    const links = ['to-folder', 'circle-a', 'to-nothing', 'above', 'winding'];
    expect(await run(image, ['--appimage-extract', ...links], { cwd })).toMatchObject({ status: 0, stderr: '' });
    const found = await succeed('find', ['squashfs-root', '-mindepth', '1', '!', '-type', 'd', '-printf', '%P %n\n'], {
      cwd,
    });
    expect(found.trim().split('\n').sort()).toEqual([
      'above 1',
      'circle-a 1',
      'circle-b 1',
      'else/same 2',
      'real/deep/two 1',
      'real/one 2',
      'to-folder 1',
      'to-nothing 1',
      'winding 1',
    ]);
  });

  testWith(['root'], 'a full disk is told, and at which file', async () => {
    const cwd = shortFolder();
    mountTmpfs(cwd, '256k');
    const { status, stderr } = await run(await appImageOf(tree()), ['--appimage-extract'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toBe('AppImage: cannot extract /usr/share/big to squashfs-root: No space left on device\n');
  });

  test('a forbidden target is told, with what could not be written', async () => {
    const image = await appImageOf(tree());
    const cwd = shortFolder();
    chmodSync(cwd, 0o555);
    const { status, stderr } = await run(image, ['--appimage-extract'], { cwd, uid });
    expect(status).toBe(1);
    expect(stderr).toBe('AppImage: cannot extract to squashfs-root: Permission denied\n');
  });
});
