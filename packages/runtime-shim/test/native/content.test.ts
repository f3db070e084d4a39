import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImageOf, cleanedUp, place, shortFolder, writeTree } from './fixture.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';

/** Bytes that compress to about half, the same every time. */
function noise(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = at % 3 === 0 ? state >>> 24 : at >>> 8;
  }
  return bytes;
}

function makeTree(): string {
  const tree = shortFolder();
  writeTree(tree, {
    AppRun: '#!/bin/sh\n',
    empty: '',
    'small/one': 'x',
    'small/with a space': 'y',
    'small/größe': 'z',
    'blocks/exactly-one': noise(131072, 1),
    'blocks/one-and-a-bit': noise(131073, 2),
    'blocks/many': noise(3_000_000, 3),
    'blocks/zeros-between': Buffer.concat([noise(200_000, 4), Buffer.alloc(2_000_000), noise(10, 5)]),
    'blocks/random': Buffer.from(noise(700_000, 6).map((byte, at) => (byte * 31 + at * at * 7) & 0xff)),
    'blocks/copy': noise(3_000_000, 3),
  });
  mkdirSync(join(tree, 'many'));
  for (let i = 0; i < 10_000; i++)
    writeFileSync(join(tree, 'many', `file-with-a-name-of-some-length-${i}`), i % 100 ? '' : `${i}`);
  mkdirSync(join(tree, 'deep', ...Array.from({ length: 40 }, (_, i) => `level-${i}`)), { recursive: true });
  for (let i = 0; i < 20; i++) writeFileSync(join(tree, 'small', `tail-${i}`), noise(1000 + i * 777, i));
  writeFileSync(join(tree, 'sparse'), 'start');
  truncateSync(join(tree, 'sparse'), 1_200_000_000);
  writeFileSync(join(tree, 'sparse'), 'end', { flag: 'a' });
  symlinkSync('../blocks/many', join(tree, 'small/link'));
  symlinkSync('/nowhere/at/all', join(tree, 'small/dangling'));
  symlinkSync('x'.repeat(2000), join(tree, 'small/long-link'));
  linkSync(join(tree, 'blocks/many'), join(tree, 'small/hard-link'));
  copyFileSync(join(tree, 'small/one'), join(tree, 'small/write-only'));
  chmodSync(join(tree, 'small/write-only'), 0o444);
  utimesSync(join(tree, 'small/one'), 1_000_000_000, 1_000_000_000);
  return tree;
}

/** Type, mode, links, size, time in seconds and target of everything, as find(1) sees it. Sizes of directories differ. */
async function listing(folder: string): Promise<string[]> {
  const format = ['%P', '%y', '%m', '%n', '%T@', '%l'].join('\\t');
  const files = await succeed('find', ['.', '-type', 'f', '-printf', `%s\\t${format}\\n`], { cwd: folder });
  const others = await succeed('find', ['.', '-mindepth', '1', '!', '-type', 'f', '-printf', `${format}\\n`], {
    cwd: folder,
  });
  return `${files}${others}`
    .replace(/(\d{10})\.\d+/g, '$1')
    .split('\n')
    .sort();
}

const formats: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['gzip', ['-comp', 'gzip', '-Xcompression-level', '1']],
  ['zstd', ['-comp', 'zstd', '-Xcompression-level', '3']],
  ['zstd with blocks of 4 KiB', ['-comp', 'zstd', '-Xcompression-level', '1', '-b', '4K']],
  ['gzip with blocks of 1 MiB', ['-comp', 'gzip', '-Xcompression-level', '1', '-b', '1M']],
  ['no fragments', ['-comp', 'zstd', '-Xcompression-level', '1', '-no-fragments']],
  ['fragments for every tail', ['-comp', 'zstd', '-Xcompression-level', '1', '-always-use-fragments']],
  ['nothing compressed', ['-noI', '-noD', '-noF', '-noX']],
];

describeWith(['mksquashfs', 'root', '/dev/fuse', 'setfattr'], 'what a mount shows', () => {
  const tree = makeTree;

  test.each(formats)('equals the source: %s', async (_, mksquashfs) => {
    const source = tree();
    const [directory, owner] = [join(source, 'deep'), join(source, 'small/one')];
    for (const [name, value] of Object.entries({ short: 'x', long: 'y'.repeat(3000), shared: 'z'.repeat(100) })) {
      for (const path of [directory, owner]) await succeed('setfattr', ['-n', `user.${name}`, '-v', value, path]);
    }
    const image = await appImageOf(source, { mksquashfs: ['-xattrs', ...mksquashfs] });
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);

    expect(await listing(mounted)).toEqual(await listing(source));
    expect(await run('diff', ['-r', '--no-dereference', source, mounted])).toMatchObject({ status: 0, stdout: '' });
    for (const path of ['deep', 'small/one']) {
      const xattrs = async (root: string) =>
        (await succeed('getfattr', ['-d', path], { cwd: root })).split('\n').sort();
      expect(await xattrs(mounted)).toEqual(await xattrs(source));
    }
    // A seek into the middle of a file with very many blocks, and names that are not there.
    const middle = ['if=sparse', 'bs=1', 'skip=1199999999', 'count=100', 'status=none'];
    expect(await succeed('dd', middle, { cwd: mounted })).toBe('\0end');
    expect(
      (await run('ls', ['many/file-with-a-name-of-some-length-', 'small/a', 'zzz'], { cwd: mounted })).status,
    ).toBe(2);

    mount.kill('SIGTERM');
    expect(await finish(mount)).toMatchObject({ status: 0, stderr: '' });
    await cleanedUp(where);
  });

  test('cannot be written to', async () => {
    const source = shortFolder();
    writeTree(source, { AppRun: '#!/bin/sh\n' });
    const image = await appImageOf(source);
    const where = place();
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);
    const result = await run('sh', ['-c', 'echo x > new; echo x >> AppRun; rm -f AppRun; chmod 777 AppRun'], {
      cwd: mounted,
    });
    expect(result.stderr.match(/Read-only file system/g)).toHaveLength(4);
    mount.kill('SIGINT');
    await finish(mount);
  });

  test.each([
    ['open to other users where the file is', 0o755, 0o755, 'yes'],
    ['closed where the file is', 0o700, 0o755, ''],
    ['closed where a folder that leads to the file is', 0o755, 0o750, ''],
  ] as const)('is %s', async (_, mode, folderMode, expected) => {
    const source = shortFolder();
    writeTree(source, { AppRun: '#!/bin/sh\n', open: 'yes', closed: 'no' });
    chmodSync(source, 0o755);
    chmodSync(join(source, 'closed'), 0o600);
    const folder = shortFolder();
    chmodSync(folder, folderMode);
    const image = await appImageOf(source, { mksquashfs: ['-all-root'], folder });
    const readAs = async (path: string) => (await run('cat', [path], { uid: 65534 })).stdout;
    chmodSync(image, mode);
    const where = place();
    for (const path of [where.tmp, join(where.tmp, '..')]) chmodSync(path, 0o755);
    const mount = start(image, ['--appimage-mount'], { env: where.env });
    const mounted = await firstLine(mount);
    expect(await readAs(join(mounted, 'open'))).toBe(expected);
    expect(await readAs(join(mounted, 'closed'))).toBe('');
    mount.kill('SIGTERM');
    await finish(mount);
  });
});
