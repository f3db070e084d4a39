import {
  appendFileSync,
  closeSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { resolveFile } from '../../src/inspect/app-dir.ts';
import { diskError, diskPath, LocalFiles } from '../../src/inspect/local-file.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { makeTree } from '../make-tree.ts';

const SIZE = 10_000;

/** The content of a file that is there when the AppDir is inspected. */
async function inspected(text = 'x'.repeat(SIZE)) {
  const root = makeTree(temporaryFolder(), { file: text });
  const appDir = await readAppDir(root);
  const file = resolveFile(appDir, 'file')?.file;
  if (file === undefined) throw new Error('the file was not found');
  const files = new LocalFiles(appDir);
  return {
    root,
    path: join(root, 'file'),
    content: files.content(file),
    readStart: (length: number) => files.readStart(file, length),
  };
}

async function lengths(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  const all: number[] = [];
  for await (const piece of pieces) all.push(piece.length);
  return all;
}

describe('LocalFiles.content', () => {
  test('delivers pieces of the length that was asked for, the last one shorter', async () => {
    const { content } = await inspected();
    expect(await lengths(content.read(4096))).toEqual([4096, 4096, 1808]);
    expect(await lengths(content.read(5000))).toEqual([5000, 5000]);
    expect(await lengths(content.read(131_072))).toEqual([SIZE]);
  });

  test('delivers nothing of an empty file', async () => {
    const { content } = await inspected('');
    expect(await lengths(content.read(4096))).toEqual([]);
  });

  test.each<[string, RegExp, (path: string) => void]>([
    ['shrinks', /it became shorter/, (path) => truncateSync(path, 5000)],
    ['grows', /its size became 10001 bytes, from 10000/, (path) => appendFileSync(path, 'y')],
    ['is written to in place', /it was written to/, (path) => overwrite(path)],
    ['is written to and gets its time back', /it was written to/, overwriteSecretly],
    ['is replaced', /another file took its place/, replace],
    ['is removed', /it was removed/, (path) => rmSync(path)],
    ['becomes a symlink', /no regular file any more/, replaceBySymlink],
  ])('refuses a file that %s after it was inspected', async (_, message, change) => {
    const { content, path } = await inspected();
    change(path);
    await expect(lengths(content.read(4096))).rejects.toMatchObject({
      code: 'io',
      path,
      message: expect.stringMatching(message),
    });
  });

  test('refuses a file that changes while it is read, before its last piece is handed out', async () => {
    const { content, path } = await inspected();
    const pieces = content.read(4096)[Symbol.asyncIterator]();
    await pieces.next();
    await pieces.next();
    overwrite(path);
    await expect(pieces.next()).rejects.toMatchObject({ code: 'io', path });
  });

  test('refuses an empty file that is not empty any more', async () => {
    const { content, path } = await inspected('');
    writeFileSync(path, 'x');
    await expect(lengths(content.read(4096))).rejects.toMatchObject({ code: 'io', path });
  });

  test('checks a file of one piece before that piece is handed out', async () => {
    const { content, path } = await inspected();
    appendFileSync(path, 'y');
    await expect(content.read(131_072)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'io' });
  });

  test('reads a gigabyte in bounded memory, and lets signals through meanwhile', async () => {
    const { root } = await inspected();
    const size = 1_000_000_000;
    writeFileSync(join(root, 'sparse'), '');
    truncateSync(join(root, 'sparse'), size);
    const appDir = await readAppDir(root);
    const file = resolveFile(appDir, 'sparse')?.file;
    if (file === undefined) throw new Error('the file was not found');
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
      memory = Math.max(memory, process.memoryUsage().rss);
    }, 5);
    let read = 0;
    let memory = 0;
    for await (const piece of new LocalFiles(appDir).content(file).read(131_072)) {
      read += piece.length;
    }
    clearInterval(timer);
    expect(read).toBe(size);
    expect(turns).toBeGreaterThan(5);
    expect(memory).toBeLessThan(500_000_000);
  });

  test('stops when the signal is aborted', async () => {
    const { content } = await inspected();
    await expect(lengths(content.read(4096, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('LocalFiles.readStart', () => {
  test('reads as much as there is', async () => {
    const { readStart } = await inspected('short');
    expect(new TextDecoder().decode(readStart(4))).toBe('shor');
    expect(new TextDecoder().decode(readStart(400))).toBe('short');
  });
});

describe('diskPath', () => {
  test('is a string where it can be one, and bytes where a name is not UTF-8', () => {
    expect(diskPath('/a/grüße')).toBe('/a/grüße');
    expect(diskPath('/a/\udcff')).toEqual(Buffer.from([0x2f, 0x61, 0x2f, 0xff]));
  });
});

describe('diskError', () => {
  test.each([
    ['ENOENT', 'not-found', 'there is no such file or directory'],
    ['EACCES', 'not-permitted', 'permission denied'],
    ['ENOSPC', 'io', 'the disk is full; make room or choose another place'],
  ] as const)('makes %s an error with the code %s that says in words that there is %s', (name, code, reason) => {
    const system = { code: name, errno: -constants.errno[name] };
    const cause = Object.assign(new Error(`${name}: ${reason}, open '/some/where'`), system);
    expect(diskError('Cannot read', '/some/where', cause)).toMatchObject({
      code,
      message: `Cannot read /some/where: ${reason} (${name})`,
      cause,
    });
  });
});

function overwrite(path: string): void {
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, 'z', 9000);
  closeSync(descriptor);
}

function overwriteSecretly(path: string): void {
  const { atime, mtime } = statSync(path);
  overwrite(path);
  utimesSync(path, atime, mtime);
}

function replace(path: string): void {
  writeFileSync(`${path}.new`, 'x'.repeat(SIZE));
  renameSync(`${path}.new`, path);
}

function replaceBySymlink(path: string): void {
  rmSync(path);
  symlinkSync('/dev/zero', path);
}
