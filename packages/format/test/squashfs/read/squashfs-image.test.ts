import { describe, expect, test } from 'vitest';
import type { InputNode } from '../../../src/filesystem/input-tree.ts';
import type { FileEntry } from '../../../src/filesystem/readonly-file-system.ts';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { collect, directory, file, noise, openImage, symlink, writeImage, xattrs } from '../../support/trees.ts';

const BLOCK_SIZE = 4096;

const image = async () => {
  const root = directory({
    b: directory({ y: file('y'), x: directory({ deep: file('deep') }) }),
    a: file(noise(3 * BLOCK_SIZE + 10), { xattrs: xattrs({ 'user.key': 'value' }) }),
    c: symlink('a'),
  });
  return openImage(await writeImage(root, { blockSize: BLOCK_SIZE }));
};

describe('walking', () => {
  test('meets everything below the root, a directory before what is in it, names in the order of their bytes', async () => {
    const paths: string[] = [];
    for await (const { path } of (await image()).walk()) paths.push(path);
    expect(paths).toEqual(['a', 'b', 'b/x', 'b/x/deep', 'b/y', 'c']);
  });

  test('may begin anywhere', async () => {
    const paths: string[] = [];
    for await (const { path } of (await image()).walk({ from: '/b/' })) paths.push(path);
    expect(paths).toEqual(['b/x', 'b/x/deep', 'b/y']);
  });

  test.each(['a', 'c', 'missing'])('does not begin at %s, which is no directory', async (from) => {
    await expect((await image()).walk({ from }).next()).rejects.toMatchObject({ code: 'not-found' });
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const files = await image();
    const walk = files.walk({ signal: controller.signal });
    await walk.next();
    controller.abort(new Error('enough'));
    const rest = async () => {
      for await (const { path } of walk) expect(path).not.toBe('b/x');
    };
    await expect(rest()).rejects.toThrow('enough');
  });
});

test('an entry of one image means the path in another', async () => {
  const [first, second] = await Promise.all(
    [directory({ file: file('one') }), directory({ a: file(noise(99)), b: symlink('x'), file: file('two') })].map(
      async (root) => openImage(await writeImage(root)),
    ),
  );
  const entry = (await first?.readDirectory(''))?.find(({ path }) => path === 'file');
  expect(entry).toBeDefined();
  if (entry === undefined || second === undefined) return;
  expect(Buffer.from(await collect(second.readFile(entry))).toString()).toBe('two');
});

test('a file with a million blocks under a thousand names takes no memory until it is read', async () => {
  const size = 1_000_000 * BLOCK_SIZE;
  const zeros = new Uint8Array(BLOCK_SIZE);
  const content = {
    size,
    async *read() {
      for (let block = 0; block < 1_000_000; block++) yield zeros;
    },
  };
  const large = { ...file(), content };
  const names = Array.from({ length: 1000 }, (_, index): [string, InputNode] => [`${index}`, large]);
  const bytes = await writeImage(directory(names), { blockSize: BLOCK_SIZE });
  expect(bytes.length).toBeLessThan(200_000);
  let read = 0;
  const source = bufferSource(bytes);
  const counting: ByteSource = {
    size: source.size,
    read(offset, length, options) {
      read += length;
      return source.read(offset, length, options);
    },
  };
  const files = await openSquashfs(counting, { decompressors: nodeDecompressors });
  const before = process.memoryUsage().arrayBuffers;
  const entries = await files.readDirectory('');
  expect(entries).toHaveLength(1000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576);
  expect(read).toBeLessThan(200_000);
  const end = await collect(files.readFile(entries[0] as FileEntry, { start: size - 5 }));
  expect([...end]).toEqual([0, 0, 0, 0, 0]);
});

describe('a file', () => {
  test.each([
    ['directory', 'readLink'],
    ['file', 'readLink'],
    ['symlink', 'readDirectory'],
    ['file', 'readDirectory'],
  ] as const)('that is a %s is nothing for %s', async (type, method) => {
    const path = { directory: 'b', file: 'a', symlink: 'c' }[type];
    await expect((await image())[method](path)).rejects.toMatchObject({ code: 'not-found', path });
  });

  test('that is no regular file has no content', async () => {
    const files = await image();
    for (const path of ['b', 'c', ''])
      await expect(collect(files.readFile(path))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is found by an entry of another image, too, by its path', async () => {
    const [first, second] = [await image(), await image()];
    const [entry] = await first.readDirectory('b/x');
    expect(entry?.path).toBe('b/x/deep');
    expect(await second.stat({ path: entry?.path ?? '', stat: await first.stat('') })).toEqual(entry?.stat);
  });

  test('has the attributes that it was given, and others have none', async () => {
    const files = await image();
    expect(await files.readXattrs('a')).toEqual(new Map([['user.key', new Uint8Array(Buffer.from('value'))]]));
    expect(await files.readXattrs('b')).toEqual(new Map());
  });

  test.each([
    [0, 0],
    [0, 1],
    [BLOCK_SIZE - 1, BLOCK_SIZE + 1],
    [BLOCK_SIZE, 2 * BLOCK_SIZE],
    [3 * BLOCK_SIZE, 3 * BLOCK_SIZE + 10],
    [3 * BLOCK_SIZE + 9, undefined],
    [undefined, 5],
    [undefined, undefined],
  ])('is read from %s to %s', async (start, end) => {
    const range = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
    const found = await collect((await image()).readFile('a', range));
    expect(Buffer.compare(found, noise(3 * BLOCK_SIZE + 10).subarray(start, end))).toBe(0);
  });

  test.each([
    [-1, 1],
    [2, 1],
    [0, 3 * BLOCK_SIZE + 11],
    [0.5, 1],
    [Number.NaN, 1],
  ])('is not read from %s to %s, a mistake of the caller', async (start, end) => {
    await expect(collect((await image()).readFile('a', { start, end }))).rejects.toThrow(RangeError);
  });

  test('read by somebody who gives up is still there for another', async () => {
    const files = await image();
    const [given, kept] = [new AbortController(), new AbortController()];
    const first = files.stat('b/x/deep', { signal: given.signal });
    const second = files.stat('b/x/deep', { signal: kept.signal });
    given.abort(new Error('given up'));
    await first.catch(() => undefined);
    await expect(second).resolves.toMatchObject({ type: 'file' });
  });
});

test('an image of a compression that nobody brought says which are there', async () => {
  const bytes = await writeImage(directory());
  const decompressors = { gzip: nodeDecompressors.gzip };
  await expect(openSquashfs(bufferSource(bytes), { decompressors })).rejects.toMatchObject({
    code: 'unsupported',
    message: 'Cannot open SquashFS image: its compression must be one of gzip, found zstd',
  });
});
