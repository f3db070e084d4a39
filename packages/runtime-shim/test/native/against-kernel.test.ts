import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { appImageOf, place, shortFolder, writeTree } from './fixture.ts';
import { finish, firstLine, run, start, succeed } from './run.ts';

/** Everything that a SquashFS image can hold. */
async function everything(hugeSize: number): Promise<string> {
  const tree = shortFolder();
  chmodSync(tree, 0o755);
  writeTree(tree, {
    AppRun: '#!/bin/sh\n',
    empty: '',
    'files/small': 'x',
    'files/block': Buffer.alloc(131072, 'block'),
    'files/tail': Buffer.alloc(300_001, 'and a tail '),
    'files/hole-first': Buffer.concat([Buffer.alloc(1 << 20), Buffer.from('end')]),
    'files/hole-between': Buffer.concat([Buffer.alloc(400_000, 'a'), Buffer.alloc(2 << 20), Buffer.alloc(5, 'z')]),
  });
  for (let i = 0; i < 300; i++) writeTree(tree, { [`crowd/directory-${i}/file-${i}`]: `${i}` });
  mkdirSync(join(tree, 'empty-directory'));
  linkSync(join(tree, 'files/tail'), join(tree, 'files/tail-again'));
  linkSync(join(tree, 'files/tail'), join(tree, 'crowd/tail-too'));
  symlinkSync('files/small', join(tree, 'link'));
  symlinkSync('x'.repeat(3000), join(tree, 'long-link'));
  writeFileSync(join(tree, 'files/huge'), 'start');
  truncateSync(join(tree, 'files/huge'), hugeSize);
  writeFileSync(join(tree, 'files/huge'), 'end', { flag: 'a' });
  for (const [name, type] of [
    ['fifo', 'p'],
    ['null', 'c 1 3'],
    ['loop', 'b 7 200'],
    ['large-minor', 'c 300 70000'],
  ])
    await succeed('mknod', [join(tree, name ?? ''), ...(type ?? '').split(' ')]);
  for (const [mode, name] of [
    ['4755', 'set-user'],
    ['2755', 'set-group'],
    ['1777', 'sticky'],
    ['000', 'nothing'],
  ]) {
    writeTree(tree, { [`modes/${name}`]: name ?? '' });
    await succeed('chmod', [mode ?? '', join(tree, 'modes', name ?? '')]);
  }
  await succeed('chown', ['1234:5678', join(tree, 'files/small')]);
  await succeed('chown', ['-h', '70000:80000', join(tree, 'link')]);
  for (const path of ['files/small', 'empty-directory', 'files/huge'])
    for (const [name, value] of [
      ['user.short', 'x'],
      ['user.long', 'y'.repeat(2000)],
      ['trusted.t', 't'],
      ['security.s', 's'],
    ])
      await succeed('setfattr', ['-n', name ?? '', '-v', value ?? '', join(tree, path)]);
  await succeed('touch', ['-d', '@1', join(tree, 'files/small')]);
  await succeed('touch', ['-d', '@4294967295', join(tree, 'empty')]);
  return tree;
}

/** The same image twice: mounted by its own runtime, and by the kernel. */
async function mountedTwice(hugeSize: number, options: readonly string[]): Promise<{ ours: string; kernel: string }> {
  const image = await appImageOf(await everything(hugeSize), { mksquashfs: ['-xattrs', ...options] });
  const kernel = shortFolder();
  await succeed('mount', ['-t', 'squashfs', '-o', 'loop,ro', join(image, '../payload.squashfs'), kernel]);
  onTestFinished(() => run('umount', [kernel]).then(() => undefined));
  const mount = start(image, ['--appimage-mount'], { env: place().env });
  const ours = await firstLine(mount);
  onTestFinished(async () => {
    mount.kill('SIGTERM');
    await finish(mount);
  });
  return { ours, kernel };
}

/** One of them with a file whose size needs more than 32 bits: that takes its time. */
const formats: readonly (readonly [string, number, readonly string[]])[] = [
  ['with fragments and an export table', 5_000_000_000, ['-comp', 'zstd', '-Xcompression-level', '1']],
  ['without fragments', 50_000_000, ['-comp', 'gzip', '-Xcompression-level', '1', '-no-fragments', '-b', '1M']],
  [
    'with everything in fragments, and no export table',
    50_000_000,
    ['-always-use-fragments', '-no-exports', '-b', '4K', '-Xcompression-level', '1'],
  ],
];

const needs = ['mksquashfs', 'root', '/dev/fuse', 'kernel', 'setfattr', 'getfattr', 'python3'] as const;

describeWith(needs, 'a mount and the kernel’s own of the same image are alike:', () => {
  test.each(formats)('%s', async (_, hugeSize, options) => {
    const { ours, kernel } = await mountedTwice(hugeSize, options);
    const both = async (program: string, args: readonly string[]) => {
      const [left, right] = await Promise.all([ours, kernel].map((cwd) => run(program, args, { cwd })));
      return [left, right].map((result) => ({
        status: result?.status,
        stdout: result?.stdout,
        stderr: result?.stderr,
      }));
    };
    const alike = async (program: string, args: readonly string[]) => {
      const [left, right] = await both(program, args);
      expect(left?.stdout?.split('\n')).toEqual(right?.stdout?.split('\n'));
      expect(left).toEqual(right);
      expect(left?.stdout).not.toBe('');
    };
    const sorted = (command: string) => ['-c', `${command} | LC_ALL=C sort`];
    // The kernel counts what extended attributes take, too.
    const withoutAttributes = '! -name small ! -name huge ! -name empty-directory';
    await alike('sh', sorted(`find . ${withoutAttributes} -printf '%p %b\\n'`));
    // Number, type, mode, links, owners, size, time, device and target.
    await alike('sh', sorted(`find . -printf '%p %i %y %m %n %U %G %s %T@ %l\\n'`));
    await alike('sh', sorted(`find . -type b -o -type c -exec stat -c '%n %t %T' {} +`));
    await alike('sh', sorted('getfattr -dhR -m - .'));
    await alike('stat', ['-f', '-c', '%l %s %S %b %f %a %c', '.']);
    await alike('sh', ['-c', 'find . -type f ! -name huge -print0 | LC_ALL=C sort -z | xargs -0 sha256sum']);
    await alike('sh', [
      '-c',
      'tail -c 100 files/huge | sha256sum; dd if=files/huge bs=4096 skip=$(( $(stat -c %s files/huge) / 4096 - 2 )) count=3 status=none | sha256sum',
    ]);
    // Order of a listing, and seeks in it.
    await alike('ls', ['-U', 'crowd']);
    await alike('python3', ['-c', READS]);
  });
});

/** Reads in the less usual ways: mapped, past the end, at odd places, by several at once, with holes looked for. */
const READS = `
import hashlib, mmap, os, threading
def digest(data): return hashlib.sha256(data).hexdigest()
path = 'files/hole-between'
size = os.stat(path).st_size
with open(path, 'rb') as file:
    with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        print(digest(mapped[:]), mapped[size - 1])
    fd = file.fileno()
    print([digest(os.pread(fd, n, at)) for n, at in [(1, 0), (131073, 131071), (10, size - 3), (5, size), (5, size + 1)]])
    print(os.lseek(fd, 0, os.SEEK_END))
    for whence, at in [(os.SEEK_DATA, size), (os.SEEK_HOLE, size + 1)]:
        try: print(os.lseek(fd, at, whence))
        except OSError as error: print(error)
results = [None] * 8
def read(index):
    with open('files/tail', 'rb') as file: results[index] = digest(file.read())
threads = [threading.Thread(target=read, args=(index,)) for index in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(set(results))
for name in ['no', 'x' * 255, 'x' * 256, 'files/small/under-a-file', 'crowd/directory-1/../directory-2/file-2']:
    try: print(os.stat(name).st_ino)
    except OSError as error: print(error.errno)
for attempt in [lambda: open('AppRun', 'r+'), lambda: os.mkdir('d'), lambda: os.unlink('AppRun'), lambda: os.setxattr('AppRun', 'user.a', b'b'), lambda: os.rename('AppRun', 'b'), lambda: os.getxattr('AppRun', 'user.none'), lambda: os.listdir('empty'), lambda: os.readlink('empty')]:
    try: attempt(); print('done')
    except OSError as error: print(error.errno)
`;
