import { existsSync, mkdirSync, readdirSync, readlinkSync, readSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ByteSource, blobSource, bufferSource, windowSource } from '../../src/io/byte-source.ts';
import { openFileSource } from '../../src/node/file-source.ts';
import { noise } from '../support/trees.ts';

const CONTENT = noise(1000);

/** Where Linux tells which files a process has open. */
const PROC = { name: '/proc/self/fd', isThere: existsSync('/proc/self/fd') };

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      return []; // the one that was open for the list itself
    }
  });
}

const SOURCES: readonly (readonly [string, () => Promise<ByteSource>])[] = [
  ['a buffer', async () => bufferSource(CONTENT)],
  ['a view into a larger buffer', async () => bufferSource(Buffer.concat([noise(7), CONTENT]).subarray(7))],
  ['a blob', async () => blobSource(new Blob([new Uint8Array(CONTENT)]))],
  ['a window', async () => windowSource(bufferSource(Buffer.concat([noise(33), CONTENT, noise(9)])), 33, 1000)],
  ['a window to the end', async () => windowSource(bufferSource(Buffer.concat([noise(33), CONTENT])), 33)],
  [
    'a window in a window',
    async () => windowSource(windowSource(bufferSource(Buffer.concat([noise(9), CONTENT])), 4), 5),
  ],
  ['a file', async () => openFile(CONTENT)],
];

async function openFile(content: Uint8Array): Promise<ByteSource> {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, content);
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  return source;
}

describe.each(SOURCES)('%s as a source', (_, open) => {
  test('tells its size', async () => {
    expect((await open()).size).toBe(1000);
  });

  test.each([
    [0, 0],
    [0, 1],
    [0, 1000],
    [1, 998],
    [999, 1],
    [1000, 0],
  ])('reads exactly what is asked for, at %d %d bytes', async (offset, length) => {
    const bytes = await (await open()).read(offset, length);
    expect(Buffer.compare(bytes, CONTENT.subarray(offset, offset + length))).toBe(0);
  });

  test.each([
    [0, 1001],
    [999, 2],
    [1000, 1],
    [1001, 0],
    [2 ** 40, 1],
    [1, Number.MAX_SAFE_INTEGER],
  ])('refuses what leaves it, at %d %d bytes, as out of bounds', async (offset, length) => {
    const source = await open();
    await expect(source.read(offset, length)).rejects.toMatchObject({ name: 'AppImageError', code: 'out-of-bounds' });
  });

  test.each([
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [Number.NaN, 1],
    [0, 2 ** 53],
  ])('takes an offset of %d and a length of %d for a mistake of the caller', async (offset, length) => {
    const source = await open();
    await expect(source.read(offset, length)).rejects.toThrow(RangeError);
  });

  test('does not read for a caller who has given up', async () => {
    const reason = new Error('given up');
    const source = await open();
    await expect(source.read(0, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a window', () => {
  test('that begins at the end is empty', () => {
    expect(windowSource(bufferSource(CONTENT), 1000).size).toBe(0);
  });

  test.each([
    [1001, undefined],
    [1000, 1],
    [0, 1001],
  ])('at %s of %s bytes of 1000 is out of bounds', (offset, length) => {
    expect(() => windowSource(bufferSource(CONTENT), offset, length)).toThrow(
      expect.objectContaining({ code: 'out-of-bounds' }),
    );
  });

  test.each([
    [-1, undefined],
    [0, -1],
    [1.5, 2],
  ])('at %s of %s bytes is a mistake of the caller', (offset, length) => {
    expect(() => windowSource(bufferSource(CONTENT), offset, length)).toThrow(RangeError);
  });
});

describe('a file', () => {
  test('that shrinks after it was opened fails with io', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, CONTENT);
    await using source = await openFileSource(path);
    truncateSync(path, 500);
    await expect(source.read(0, 1000)).rejects.toMatchObject({ code: 'io', path, offset: 500 });
  });

  test('that is not there fails with io and says why', async () => {
    const path = join(temporaryFolder(), 'missing');
    await expect(openFileSource(path)).rejects.toMatchObject({
      code: 'io',
      path,
      message: expect.stringContaining('ENOENT'),
      cause: { code: 'ENOENT' },
    });
  });

  test('that is a directory is refused', async () => {
    const path = join(temporaryFolder(), 'folder');
    mkdirSync(path);
    await expect(openFileSource(path)).rejects.toMatchObject({ code: 'io' });
  });

  testWith(['mkfifo'], 'that is a FIFO is refused, not waited for', async () => {
    const path = join(temporaryFolder(), 'fifo');
    run('mkfifo', [path]);
    await expect(openFileSource(path)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('regular'),
    });
  });

  test('that was closed can not be read', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, CONTENT);
    const source = await openFileSource(path);
    await source.close();
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'io' });
  });

  test('says where it is open, and a window of it where that begins', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, CONTENT);
    await using source = await openFileSource(path);
    const { file } = windowSource(windowSource(source, 100), 20, 30);
    expect(file?.descriptor).toBe(source.file?.descriptor);
    const bytes = new Uint8Array(30);
    readSync(file?.descriptor ?? -1, bytes, 0, 30, file?.offset ?? -1);
    expect(bytes).toEqual(CONTENT.slice(120, 150));
    expect(windowSource(bufferSource(CONTENT), 1).file).toBeUndefined();
  });

  testWith([PROC], 'is not opened, or not kept open, for somebody who has given up', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, CONTENT);
    await expect(openFileSource(path, { signal: AbortSignal.abort('early') })).rejects.toBe('early');
    const controller = new AbortController();
    const opening = openFileSource(path, { signal: controller.signal });
    controller.abort('late');
    await expect(opening).rejects.toBe('late');
    expect(openFiles()).not.toContain(path);
    await using kept = await openFileSource(path);
    expect(kept.size).toBe(CONTENT.length);
    expect(openFiles()).toContain(path);
  });

  test('is opened by a name that is not UTF-8', async () => {
    const path = Buffer.concat([Buffer.from(`${temporaryFolder()}/`), Buffer.of(0x66, 0xff)]);
    writeFileSync(path, 'content');
    await using source = await openFileSource(path);
    expect(source.size).toBe(7);
  });
});
