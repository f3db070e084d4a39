import { describe, expect, test } from 'vitest';
import type { InputNode } from '../../../src/filesystem/input-tree.ts';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { collect, device, directory, file, noise, prose, symlink } from '../../support/trees.ts';
import { patchableIso } from '../support/patchable-image.ts';
import { COMPRESSED, openIso, writeIso } from '../support/write-image.ts';

const BLOCK_SIZE = 32_768;
const CONTENT = Buffer.concat([prose(2 * BLOCK_SIZE), new Uint8Array(BLOCK_SIZE), noise(10)]);

const image = async () => {
  const root = directory({
    b: directory({ y: file('y'), x: directory({ deep: file('deep') }) }),
    a: file(new Uint8Array(CONTENT)),
    c: symlink('a'),
    d: device('block-device', 8, 1),
  });
  return openIso(await writeIso(root, COMPRESSED));
};

describe('walking', () => {
  test('meets everything below the root, a directory before what is in it', async () => {
    const paths: string[] = [];
    for await (const { path } of (await image()).walk()) paths.push(path);
    expect(paths).toEqual(['a', 'b', 'b/x', 'b/x/deep', 'b/y', 'c', 'd']);
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
    const walk = (await image()).walk({ signal: controller.signal });
    await walk.next();
    controller.abort(new Error('enough'));
    const rest = async () => {
      for await (const { path } of walk) expect(path).not.toBe('b/x');
    };
    await expect(rest()).rejects.toThrow('enough');
  });
});

test('an entry of one image means the path in another', async () => {
  const roots = [directory({ file: file('one') }), directory({ a: file(noise(99)), file: file('two') })];
  const [first, second] = await Promise.all(roots.map(async (root) => openIso(await writeIso(root))));
  const entry = (await first?.readDirectory(''))?.find(({ path }) => path === 'file');
  expect(entry).toBeDefined();
  if (entry === undefined || second === undefined) return;
  expect(Buffer.from(await collect(second.readFile(entry))).toString()).toBe('two');
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
    for (const path of ['b', 'c', 'd', ''])
      await expect(collect(files.readFile(path))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('has no attributes', async () => {
    expect(await (await image()).readXattrs('a')).toEqual(new Map());
  });

  const borders = [
    0,
    1,
    BLOCK_SIZE - 1,
    BLOCK_SIZE,
    BLOCK_SIZE + 1,
    3 * BLOCK_SIZE,
    CONTENT.length - 1,
    CONTENT.length,
  ];
  const ranges = borders.flatMap((start) => borders.filter((end) => end >= start).map((end) => [start, end] as const));

  test.each([
    ['compressed', COMPRESSED],
    ['not compressed', {}],
  ])('that is %s is read by ranges', async (_, options) => {
    const files = await openIso(await writeIso(directory({ a: file(new Uint8Array(CONTENT)) }), options));
    for (const [start, end] of ranges) {
      const found = await collect(files.readFile('a', { start, end }));
      expect(Buffer.compare(found, CONTENT.subarray(start, end)), `from ${start} to ${end}`).toBe(0);
    }
    expect(Buffer.compare(await collect(files.readFile('a', { start: 7 })), CONTENT.subarray(7))).toBe(0);
    expect(Buffer.compare(await collect(files.readFile('a', { end: 7 })), CONTENT.subarray(0, 7))).toBe(0);
  });

  test.each([
    [-1, 1],
    [2, 1],
    [0, CONTENT.length + 1],
    [0.5, 1],
    [Number.NaN, 1],
  ])('is not read from %s to %s, a mistake of the caller', async (start, end) => {
    await expect(collect((await image()).readFile('a', { start, end }))).rejects.toThrow(RangeError);
  });

  test('that is compressed is listed with its own size, but not read, where nobody brought a decompressor', async () => {
    const source = bufferSource(await writeIso(directory({ a: file(prose(9000)) }), COMPRESSED));
    const files = await openIso9660(source, { decompressors: {} });
    expect(await files.stat('a')).toMatchObject({ size: 9000 });
    await expect(collect(files.readFile('a'))).rejects.toMatchObject({ code: 'unsupported' });
    expect(Buffer.compare(await collect((await openIso9660(source)).readFile('a')), prose(9000))).toBe(0);
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

describe('what is read from the source', () => {
  /** A source that remembers what was asked of it. */
  const recording = (bytes: Uint8Array) => {
    const source = bufferSource(bytes);
    const reads: { offset: number; length: number }[] = [];
    const prefetched: { offset: number; length: number }[] = [];
    const recorded: ByteSource = {
      size: source.size,
      read(offset, length, options) {
        reads.push({ offset, length });
        return source.read(offset, length, options);
      },
      prefetch(offset, length) {
        prefetched.push({ offset, length });
      },
    };
    return { recorded, reads, prefetched };
  };

  test('is little, in few pieces, and what is wanted first is said beforehand', async () => {
    const entries = Array.from({ length: 500 }, (_, index): [string, InputNode] => [
      `file-${index}`,
      file(noise(3000, index)),
    ]);
    const bytes = await writeIso(directory({ folder: directory(entries) }));
    const { recorded, reads, prefetched } = recording(bytes);
    const files = await openIso9660(recorded, { decompressors: nodeDecompressors });
    expect(prefetched).toEqual([{ offset: 32_768, length: 65_536 }]);
    expect(await files.readDirectory('folder')).toHaveLength(500);
    for (const [name] of entries) await files.stat(`folder/${name}`);
    expect(reads.length).toBeLessThan(8);
    expect(reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(200_000);
  });

  test('for a range of a large compressed file is no more than its header, its pointers and its blocks', async () => {
    const size = 40 * 1_048_576;
    const large = new Uint8Array(size);
    for (let at = 0; at < size; at += BLOCK_SIZE) large.set(noise(2000, at), at);
    const bytes = await writeIso(directory({ large: file(large) }), COMPRESSED);
    const { recorded, reads } = recording(bytes);
    const files = await openIso9660(recorded, { decompressors: nodeDecompressors });
    await files.stat('large');
    const before = reads.length;
    const found = await collect(files.readFile('large', { start: size - 40_000, end: size - 39_990 }));
    expect(Buffer.compare(found, large.subarray(size - 40_000, size - 39_990))).toBe(0);
    const total = reads.slice(before).reduce((sum, { length }) => sum + length, 0);
    expect(total).toBeLessThan(16 + 4 * (size / BLOCK_SIZE + 1) + 4096);
    expect(reads.length - before).toBeLessThan(3);
  });

  test('of a small compressed file is all of it at once', async () => {
    const bytes = await writeIso(directory({ small: file(prose(60_000)) }), COMPRESSED);
    const { recorded, reads } = recording(bytes);
    const files = await openIso9660(recorded, { decompressors: nodeDecompressors });
    await files.stat('small');
    const before = reads.length;
    expect(Buffer.compare(await collect(files.readFile('small')), prose(60_000))).toBe(0);
    expect(reads.length - before).toBe(1);
  });
});

test('the compression is found without reading a file, and not where there is none', async () => {
  const root = directory({ a: file('tiny'), folder: directory({ packed: file(prose(50_000)) }) });
  const compressed = await openIso(await writeIso(root, COMPRESSED));
  expect(await compressed.compression()).toEqual({ version: 1, blockSize: BLOCK_SIZE });
  expect(await (await openIso(await writeIso(root))).compression()).toBeUndefined();
});

test('a directory that can not be read keeps nobody from being told of the compression', async () => {
  const root = directory({ a: directory({ b: file('b') }), packed: file(prose(50_000)) });
  const { bytes, view, record } = await patchableIso(root);
  view.setUint8(record('b') + 32, 0);
  expect(await (await openIso(bytes)).compression()).toBeUndefined();
});

test('the volume says what it was given', async () => {
  const applicationUse = new TextEncoder().encode('zsync|https://example.org/x.zsync');
  const bytes = await writeIso(directory(), { volumeId: 'My Volume', mkfsTime: 1_600_000_000, applicationUse });
  const { volume } = await openIso(bytes);
  expect(volume).toMatchObject({
    systemId: 'LINUX',
    volumeId: 'My Volume',
    spaceSize: bytes.length / 2048,
    logicalBlockSize: 2048,
    createdAt: 1_600_000_000,
    modifiedAt: 1_600_000_000,
    expiresAt: undefined,
  });
  expect(Buffer.from(volume.applicationUse.subarray(0, applicationUse.length))).toEqual(Buffer.from(applicationUse));
});
