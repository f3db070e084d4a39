import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFileName, readWholeFile, resolvePath } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { LocalFileSystem } from '../../../src/lint/subject/local-files.ts';

const CONTENT = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);

function makeFolder(): string {
  const root = join(temporaryFolder(), 'tree');
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  writeFileSync(join(root, 'usr/lib/large'), CONTENT);
  writeFileSync(Buffer.from(encodeFileName(`${root}/odd \udcff`)), 'odd');
  symlinkSync('usr/lib/large', join(root, 'link'));
  symlinkSync('/etc/passwd', join(root, 'outside'));
  linkSync(join(root, 'usr/lib/large'), join(root, 'other-name'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  return root;
}

describe('A directory on disk', () => {
  test('is listed by name, with types as images have them', async () => {
    const files = new LocalFileSystem(makeFolder());
    const entries = await files.readDirectory('');
    expect(entries.map(({ path, stat }) => [path, stat.type])).toEqual([
      ['link', 'symlink'],
      ['odd \udcff', 'file'],
      ['other-name', 'file'],
      ['outside', 'symlink'],
      ['pipe', 'fifo'],
      ['usr', 'directory'],
    ]);
    const walked: string[] = [];
    for await (const { path } of files.walk()) walked.push(path);
    expect(walked.slice(-3)).toEqual(['usr', 'usr/lib', 'usr/lib/large']);
  });

  test('gives whole files and ranges of them', async () => {
    const files = new LocalFileSystem(makeFolder());
    const file = await resolvePath(files, 'link');
    expect(await readWholeFile(files, file, { maximumLength: CONTENT.length })).toEqual(CONTENT);
    const pieces: Uint8Array[] = [];
    for await (const piece of files.readFile(file, { start: 1_000_000, end: 2_500_000 })) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(CONTENT.subarray(1_000_000, 2_500_000))).toBe(true);
  });

  test('tells hard links by their number, as images do', async () => {
    const files = new LocalFileSystem(makeFolder());
    const [one, other, third] = await Promise.all(
      ['usr/lib/large', 'other-name', 'odd \udcff'].map((path) => files.stat(path)),
    );
    expect(one).toMatchObject({ inode: other?.inode, links: 2 });
    expect(third?.inode).not.toBe(one?.inode);
  });

  test('is left by no symlink, and no pipe is waited for', async () => {
    const files = new LocalFileSystem(makeFolder());
    await expect(resolvePath(files, 'outside')).rejects.toMatchObject({ code: 'not-found' });
    const outside = { path: 'outside', stat: { ...(await files.stat('outside')), type: 'file', size: 10 } } as const;
    await expect(readWholeFile(files, outside, { maximumLength: 10 })).rejects.toMatchObject({ name: 'AppImageError' });
    const pipe = { path: 'pipe', stat: { ...(await files.stat('pipe')), type: 'file', size: 10 } } as const;
    await expect(readWholeFile(files, pipe, { maximumLength: 10 })).rejects.toMatchObject({ name: 'AppImageError' });
  });

  test('that changes meanwhile is told of', async () => {
    const root = makeFolder();
    const files = new LocalFileSystem(root);
    const file = await resolvePath(files, 'usr/lib/large');
    truncateSync(join(root, 'usr/lib/large'), 100);
    await expect(readWholeFile(files, file, { maximumLength: CONTENT.length })).rejects.toMatchObject({
      code: 'malformed',
      path: 'usr/lib/large',
    });
    await expect(files.stat('usr/gone')).rejects.toMatchObject({ code: 'not-found', path: 'usr/gone' });
  });
});
