import { describe, expect, test } from 'vitest';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { crc32 } from '../../../src/zip/crc32.ts';
import { ExtraFieldId, serializeExtraField } from '../../../src/zip/extra-field.ts';
import { LOCAL_HEADER_SIZE } from '../../../src/zip/local-header.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import { serializeZip64EndLocator } from '../../../src/zip/zip64-end-locator.ts';
import { serializeZip64EndRecord } from '../../../src/zip/zip64-end-record.ts';
import { collect, noise, prose } from '../../support/trees.ts';
import { makeZip } from '../make-zip.ts';

/** A source that counts what is read of it. */
function countingSource(bytes: Uint8Array): ByteSource & { reads: number; bytes: number } {
  const source = bufferSource(bytes);
  return {
    size: source.size,
    reads: 0,
    bytes: 0,
    async read(offset, length, options) {
      this.reads += 1;
      this.bytes += length;
      return source.read(offset, length, options);
    },
  };
}

const archiveOf = (...entries: Parameters<typeof makeZip>[0]) => openZip(bufferSource(makeZip(entries)));

describe('the tree', () => {
  test('has the directories that names imply, with an ordinary mode and the time of the first file in them', async () => {
    const archive = await archiveOf({ name: 'a/b/file', content: 'x' }, { name: 'a/other' });
    const paths: string[] = [];
    for await (const { path } of archive.walk()) paths.push(path);
    expect(paths).toEqual(['a', 'a/b', 'a/b/file', 'a/other']);
    const { mtime } = await archive.stat('a/b/file');
    expect(await archive.stat('a')).toMatchObject({ type: 'directory', mode: 0o755, uid: 0, mtime, size: 0, links: 3 });
    expect(await archive.stat('')).toMatchObject({ type: 'directory', mode: 0o755, mtime, links: 3 });
  });

  test('takes the attributes of a directory from its entry, which may come late and twice', async () => {
    const archive = await archiveOf(
      { name: 'a/file' },
      { name: 'a/', mode: 0o040700 },
      { name: './', mode: 0o040711 },
      { name: 'a/', mode: 0o040500 },
    );
    expect(await archive.stat('a')).toMatchObject({ mode: 0o500 });
    expect(await archive.stat('')).toMatchObject({ mode: 0o711 });
    expect(await archive.readDirectory('a')).toMatchObject([{ path: 'a/file' }]);
  });

  test('gives each file a number of its own', async () => {
    const archive = await archiveOf({ name: 'a' }, { name: 'b' }, { name: 'c/d' });
    const numbers = new Set<number>([(await archive.stat('')).inode]);
    for await (const { stat } of archive.walk()) numbers.add(stat.inode);
    expect(numbers.size).toBe(5);
  });

  test('is found by path, with slashes and dots as one likes', async () => {
    const archive = await archiveOf({ name: 'a/b', content: 'content' });
    for (const path of ['a/b', '/a/b', 'a//b', './a/./b']) {
      expect(await archive.stat(path), path).toMatchObject({ type: 'file', size: 7 });
    }
  });

  test.each([
    ['a name that is not there', 'a/c', 'there is no such file'],
    ['a file as a directory', 'a/b/c', 'expected a directory, found a file'],
    ['a way up', 'a/../a', 'there is no such file'],
  ])('does not find %s', async (_, path, message) => {
    const archive = await archiveOf({ name: 'a/b' });
    await expect(archive.stat(path)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(message),
    });
  });

  test('refuses to read one kind of file as another', async () => {
    const archive = await archiveOf({ name: 'a/b' });
    await expect(collect(archive.readFile('a'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(archive.readDirectory('a/b')).rejects.toMatchObject({ code: 'not-found' });
    await expect(archive.readLink('a/b')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('takes entries of another archive by their path', async () => {
    const one = await archiveOf({ name: 'a', content: 'one' });
    const two = await archiveOf({ name: 'x' }, { name: 'a', content: 'second' });
    const [entry] = await one.readDirectory('');
    expect(Buffer.from(await collect(two.readFile(entry ?? 'missing'))).toString()).toBe('second');
  });

  test('has no extended attributes', async () => {
    const archive = await archiveOf({ name: 'a' });
    expect(await archive.readXattrs('a')).toEqual(new Map());
    await expect(archive.readXattrs('b')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('reading', () => {
  const content = noise(1_000_000);
  const ranges = [
    [0, 1_000_000],
    [0, 0],
    [0, 1],
    [999_999, 1_000_000],
    [1_000_000, 1_000_000],
    [65_500, 65_600],
    [123_456, 654_321],
  ] as const;

  test.each([
    ['stored', false],
    ['deflated', true],
  ])('any range of a %s file gives just that', async (_, deflate) => {
    const archive = await archiveOf({ name: 'before' }, { name: 'a', content, deflate }, { name: 'b' });
    for (const [start, end] of ranges) {
      const bytes = await collect(archive.readFile('a', { start, end }));
      expect(Buffer.compare(bytes, content.subarray(start, end)), `${start} to ${end}`).toBe(0);
    }
  });

  test.each([
    [1, 0],
    [0, 1_000_001],
    [-1, 5],
    [0.5, 5],
  ])('%d to %d is a mistake of the caller', async (start, end) => {
    const archive = await archiveOf({ name: 'a', content });
    await expect(collect(archive.readFile('a', { start, end }))).rejects.toThrow(RangeError);
  });

  test('a small archive takes one read in all', async () => {
    const source = countingSource(
      makeZip([
        { name: 'a', content: 'x' },
        { name: 'b', content: 'y' },
      ]),
    );
    const archive = await openZip(source);
    await collect(archive.readFile('a'));
    await collect(archive.readFile('b'));
    expect(source.reads).toBe(1);
  });

  test('a range of a stored file reads the header and the range', async () => {
    const source = countingSource(makeZip([{ name: 'a', content: noise(5_000_000) }]));
    const archive = await openZip(source);
    const opened = source.bytes;
    await collect(archive.readFile('a', { start: 2_000_000, end: 2_000_100 }));
    expect(source.bytes - opened).toBe(31 + 100);
  });

  test.each([false, true])('that is given up early reads little more (deflated: %s)', async (deflate) => {
    const source = countingSource(makeZip([{ name: 'a', content: noise(5_000_000), deflate }]));
    const archive = await openZip(source);
    const opened = source.bytes;
    for await (const piece of archive.readFile('a')) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(source.bytes - opened).toBeLessThan(1_000_000);
  });

  test('what decompresses to much comes in small pieces', async () => {
    const archive = await archiveOf({ name: 'a', content: new Uint8Array(50_000_000), deflate: true });
    let length = 0;
    for await (const piece of archive.readFile('a')) {
      expect(piece.length).toBeLessThanOrEqual(131_072);
      length += piece.length;
    }
    expect(length).toBe(50_000_000);
  });

  test('several files at a time gives each its own', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `file-${index}`);
    const archive = await openZip(
      bufferSource(makeZip(names.map((name, index) => ({ name, content: prose(300_000, index), deflate: true })))),
    );
    const contents = await Promise.all(names.map((name) => collect(archive.readFile(name))));
    for (const [index, bytes] of contents.entries()) expect(Buffer.compare(bytes, prose(300_000, index))).toBe(0);
  });

  test('ends when the caller has given up', async () => {
    const reason = new Error('given up');
    const archive = await archiveOf({ name: 'a', content: noise(2_000_000), deflate: true });
    await expect(openZip(bufferSource(makeZip([])), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(archive.stat('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of archive.readFile('a', { signal: controller.signal })) controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });

  test('a file beyond 4 GiB in an archive beyond 4 GiB gives its bytes', async () => {
    const { source, size } = largeArchive();
    const archive = await openZip(source);
    expect(await archive.stat('zeros')).toMatchObject({ size });
    expect(await collect(archive.readFile('zeros', { start: size - 3 }))).toEqual(new Uint8Array(3));
    expect(Buffer.from(await collect(archive.readFile('last'))).toString()).toBe('behind');
  });
});

/** An archive of which 5 GB in the middle are made up. */
function largeArchive(): { readonly source: ByteSource; readonly size: number } {
  const size = 5_000_000_000;
  const marks = { compressedSize: 0xffff_ffff, uncompressedSize: 0xffff_ffff };
  const sizes = Buffer.alloc(16);
  sizes.writeBigUInt64LE(BigInt(size), 0);
  sizes.writeBigUInt64LE(BigInt(size), 8);
  const place = Buffer.alloc(8);
  place.writeBigUInt64LE(BigInt(size + 35), 0);
  const zeros = { ...marks, crc32: 7, extra: serializeExtraField(ExtraFieldId.zip64, sizes) };
  const last = { localHeaderOffset: 0xffff_ffff, extra: serializeExtraField(ExtraFieldId.zip64, place) };
  const small = makeZip(
    [
      { name: 'zeros', local: { ...marks, crc32: 7 }, central: zeros },
      { name: 'last', content: 'behind', central: { ...last, crc32: crc32(Buffer.from('behind')) } },
    ],
    { end: { directoryOffset: 0xffff_ffff } },
  );
  const front = small.subarray(0, 35);
  const end = small.subarray(-22);
  const directoryStart = front.length + LOCAL_HEADER_SIZE + 'lastbehind'.length;
  const directorySize = small.length - 22 - directoryStart;
  const directoryOffset = directoryStart + size;
  const count = { entriesOnDisk: 2, entryCount: 2, directorySize, directoryOffset };
  const version = { size: 56, versionMadeBy: 45, versionNeeded: 45, disk: 0, directoryDisk: 0 };
  const record = serializeZip64EndRecord({ ...version, ...count });
  const recordOffset = directoryOffset + directorySize;
  const locator = serializeZip64EndLocator({ recordDisk: 0, recordOffset, diskCount: 1 });
  const back = Buffer.concat([small.subarray(35, -22), record, locator, end]);
  const source: ByteSource = {
    size: front.length + size + back.length,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      copyPart(bytes, front, offset);
      copyPart(bytes, back, offset - front.length - size);
      return bytes;
    },
  };
  return { source, size };
}

/** Copies the part of `content` that lies `offset` bytes in front of the buffer's start. */
function copyPart(buffer: Uint8Array, content: Uint8Array, offset: number): void {
  const from = Math.max(0, offset);
  const to = Math.min(content.length, offset + buffer.length);
  if (from < to) buffer.set(content.subarray(from, to), from - offset);
}
