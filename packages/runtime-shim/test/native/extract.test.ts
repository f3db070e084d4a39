import {
  chmodSync,
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
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, appImageOf, placeOfUser, shortFolder, writeTree } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { run, succeed } from './run.ts';

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

  test('a pattern that nothing matches is an error', async () => {
    const image = await appImageOf(tree());
    const { status, stderr } = await run(image, ['--appimage-extract', 'no/such/*'], { cwd: shortFolder() });
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

  test('a full or forbidden target is told, with what could not be written', async () => {
    const image = await appImageOf(tree());
    const cwd = shortFolder();
    chmodSync(cwd, 0o555);
    const { status, stderr } = await run(image, ['--appimage-extract'], { cwd, uid });
    expect(status).toBe(1);
    expect(stderr).toBe('AppImage: cannot extract to squashfs-root: Permission denied\n');
  });
});

describeWith(['mksquashfs'], 'the extraction cache', () => {
  test('is filled once and used again, and is for its owner only', async () => {
    const image = await appImage('echo "$APPDIR"; stat -c %i "$APPDIR/AppRun"');
    const { env, home } = placeOfUser();
    const first = await run(image, ['--appimage-extract-and-run'], { uid, env });
    const second = await run(image, [], { uid, env: { ...env, APPIMAGE_EXTRACT_AND_RUN: '1' } });
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
    expect(statSync(join(home, '.cache/appimage')).mode & 0o777).toBe(0o700);
  });

  test('APPIMAGE_EXTRACT_AND_RUN=0 and an empty one do not use it', async () => {
    const image = await appImage('case $APPDIR in *.mount_*) echo mounted;; esac');
    for (const value of ['0', '']) {
      const { env } = placeOfUser();
      expect((await run(image, [], { env: { ...env, APPIMAGE_EXTRACT_AND_RUN: value } })).stdout).toBe('mounted\n');
    }
  });

  test('a file that has been written to is extracted anew', async () => {
    const image = await appImage('echo old');
    const { env } = placeOfUser();
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('old\n');
    const other = await appImage('echo new');
    writeFileSync(image, readFileSync(other));
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('new\n');
  });

  test('what an interrupted start has left is made anew', async () => {
    const image = await appImage('cat "$APPDIR/inside"', { inside: 'whole' });
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    await run(image, ['--appimage-extract-and-run'], { uid, env });
    const [key] = readdirSync(cache).filter((name) => !name.endsWith('.lock'));
    await succeed('mv', [join(cache, `${key}`), join(cache, `${key}.partial`)]);
    writeFileSync(join(cache, `${key}.partial/inside`), 'half');
    expect((await run(image, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('whole');
    expect(readdirSync(cache).sort()).toEqual([`${key}`, `${key}.lock`]);
  });

  test('ten first starts at once extract it once', async () => {
    const image = await appImage('stat -c %i "$APPDIR/AppRun"', { big: Buffer.alloc(5_000_000, 'text ') });
    const { env, home } = placeOfUser();
    const starts = Array.from({ length: 10 }, () => run(image, ['--appimage-extract-and-run'], { uid, env }));
    const results = await Promise.all(starts);
    for (const { status, stderr } of results) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
    expect(readdirSync(join(home, '.cache/appimage'))).toHaveLength(2);
  });

  testWith(['root'], 'a folder of somebody else, or one that others can write to, is not used', async () => {
    const image = await appImage('echo "$APPDIR"');
    const { env, home, tmp } = placeOfUser();
    mkdirSync(join(home, '.cache/appimage'), { recursive: true });
    const ofRoot = await run(image, ['--appimage-extract-and-run'], { uid, env });
    expect(ofRoot.stdout.startsWith(join(tmp, `appimage-${uid}`))).toBe(true);

    const open = placeOfUser();
    await succeed('mkdir', ['-p', join(open.home, '.cache/appimage')], { uid });
    await succeed('chmod', ['777', join(open.home, '.cache/appimage')], { uid });
    const ofAll = await run(image, ['--appimage-extract-and-run'], { uid, env: open.env });
    expect(ofAll.stdout.startsWith(join(open.tmp, `appimage-${uid}`))).toBe(true);

    const linked = placeOfUser();
    const elsewhere = placeOfUser();
    await succeed('mkdir', [join(linked.home, '.cache')], { uid });
    await succeed('ln', ['-s', elsewhere.home, join(linked.home, '.cache/appimage')], { uid });
    const ofLink = await run(image, ['--appimage-extract-and-run'], { uid, env: linked.env });
    expect(ofLink.stdout.startsWith(join(linked.tmp, `appimage-${uid}`))).toBe(true);
  });
});
