import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { AppImageErrorCode } from '../../../src/errors.ts';
import type { ImageLimits } from '../../../src/filesystem/image-limits.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import type { EndRecord } from '../../../src/zip/end-record.ts';
import { ZipFlag } from '../../../src/zip/general-flags.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import { serializeZip64EndLocator } from '../../../src/zip/zip64-end-locator.ts';
import { serializeZip64EndRecord, type Zip64EndRecord } from '../../../src/zip/zip64-end-record.ts';
import { collect, noise, prose } from '../../support/trees.ts';
import { type EntryRecipe, makeZip, type ZipRecipe } from '../make-zip.ts';

interface Malformed {
  readonly what: string;
  readonly code?: AppImageErrorCode;
  readonly entries?: readonly EntryRecipe[];
  readonly recipe?: ZipRecipe;
  readonly bytes?: Uint8Array;
}

const TWO: readonly EntryRecipe[] = [
  { name: 'one', content: 'content' },
  { name: 'two', content: prose(1000), deflate: true },
];

/** Archives that are refused as a whole. */
const ARCHIVES: readonly Malformed[] = [
  { what: 'no bytes', bytes: new Uint8Array(0) },
  { what: '21 bytes', bytes: makeZip([]).subarray(0, 21) },
  { what: 'noise', bytes: noise(100_000) },
  { what: 'a directory that begins before the file', recipe: { end: { directorySize: 5000 } } },
  { what: 'a directory that begins later than it can', recipe: { end: { directoryOffset: 5000 } } },
  { what: 'a directory that is cut off', recipe: { end: { directorySize: 100 } } },
  { what: 'fewer entries than there are', recipe: { end: { entryCount: 1, entriesOnDisk: 1 } } },
  { what: 'more entries than there is room for', recipe: { end: { entryCount: 9, entriesOnDisk: 9 } } },
  { what: 'another disk', code: 'unsupported', recipe: { end: { disk: 1 } } },
  { what: 'entries on another disk', code: 'unsupported', recipe: { end: { entriesOnDisk: 1 } } },
  { what: 'a directory on another disk', code: 'unsupported', recipe: { end: { directoryDisk: 1 } } },
  { what: 'an entry on another disk', code: 'unsupported', entries: [{ name: 'a', central: { disk: 1 } }] },
  {
    what: 'an encrypted directory',
    code: 'unsupported',
    entries: [{ name: 'a', central: { flags: ZipFlag.maskedHeader } }],
  },
  {
    what: 'two entries with the same data',
    entries: [TWO[0] as EntryRecipe, { name: 'same', content: 'content', central: { localHeaderOffset: 0 } }],
  },
  {
    what: 'an entry within the data of another',
    entries: [
      { name: 'outer', content: makeZip([{ name: 'inner', content: 'x' }]) },
      { name: 'inner', content: 'x', central: { localHeaderOffset: 35 } },
    ],
  },
  { what: 'an entry that begins in the directory', entries: [{ name: 'a', central: { localHeaderOffset: 40 } }] },
  {
    what: 'an entry that begins beyond the end',
    entries: [{ name: 'a', central: { localHeaderOffset: 0x7fff_ffff } }],
  },
  {
    what: 'an entry that reaches into the directory',
    entries: [{ name: 'a', content: 'x', central: { compressedSize: 2, uncompressedSize: 2 } }],
  },
  {
    what: 'a stored entry of two sizes',
    entries: [{ name: 'a', content: 'x', central: { uncompressedSize: 2 } }],
  },
  {
    what: 'more content than Deflate can make of the data',
    entries: [{ name: 'a', content: 'x', deflate: true, central: { uncompressedSize: 0x7fff_ffff } }],
  },
  {
    what: 'a size in a Zip64 field that is not there',
    entries: [{ name: 'a', central: { compressedSize: 0xffff_ffff } }],
  },
  { what: 'a name that leads out', entries: [{ name: 'folder/../../file' }] },
  { what: 'an absolute name', entries: [{ name: '/etc/passwd' }] },
  { what: 'a name with NUL', entries: [{ name: 'a\0b' }] },
  { what: 'no name', entries: [{ name: '' }] },
  { what: 'a file with a file in it', entries: [{ name: 'a' }, { name: 'a/b' }] },
  { what: 'a directory that later is a file', entries: [{ name: 'a/b' }, { name: 'a' }] },
  { what: 'a file that later is a directory', entries: [{ name: 'a' }, { name: 'a/' }] },
  { what: 'a symlink with a file in it', entries: [{ name: 'a', content: '/etc', mode: 0o120777 }, { name: 'a/b' }] },
  { what: 'a Zip64 locator that leads nowhere', bytes: zip64Archive({}, 1000) },
  { what: 'a Zip64 record with another count', bytes: zip64Archive({ entryCount: 1, entriesOnDisk: 1 }) },
  { what: 'a Zip64 record with another directory size', bytes: zip64Archive({ directorySize: 1 }) },
  { what: 'a Zip64 record with another directory offset', bytes: zip64Archive({ directoryOffset: 1 }) },
  { what: 'a Zip64 record that ends elsewhere', bytes: zip64Archive({ size: 57 }) },
  { what: 'a Zip64 record of another disk', code: 'unsupported', bytes: zip64Archive({ disk: 1 }) },
];

/** An archive without entries that has a Zip64 record. */
function zip64Archive(fields: Partial<Zip64EndRecord>, recordOffset = 0, end: Partial<EndRecord> = {}): Uint8Array {
  const none = { entriesOnDisk: 0, entryCount: 0, directorySize: 0, directoryOffset: 0 };
  const version = { versionMadeBy: 45, versionNeeded: 45, disk: 0, directoryDisk: 0 };
  const record = serializeZip64EndRecord({ size: 56, ...version, ...none, ...fields });
  if (recordOffset > 0) record[0] = 0;
  const locator = serializeZip64EndLocator({ recordDisk: 0, recordOffset, diskCount: 1 });
  return makeZip([], { prefix: Buffer.concat([record, locator]), end: { directoryOffset: 0, ...end } });
}

describe('an archive with', () => {
  for (const { what, code = 'malformed', entries = TWO, recipe, bytes = makeZip(entries, recipe) } of ARCHIVES) {
    test(`${what} is refused as ${code}`, async () => {
      await expect(openZip(bufferSource(bytes))).rejects.toMatchObject({ name: 'AppImageError', code });
    });
  }

  test('nothing wrong is opened', async () => {
    expect(await readAll(makeZip(TWO))).toBe(1007);
    expect((await openZip(bufferSource(zip64Archive({})))).entryCount).toBe(0);
  });

  test('a bad entry says where that is', async () => {
    const bytes = makeZip([{ name: 'good' }, { name: '../bad' }], { prefix: noise(100) });
    const second = bytes.length - 22 - 46 - '../bad'.length;
    await expect(openZip(bufferSource(bytes))).rejects.toMatchObject({ offset: second, path: '../bad' });
  });

  test('more than 65,535 entries, of which the end record has the lower bits, is opened', async () => {
    const entries = Array.from({ length: 65_538 }, (_, index) => ({ name: `${index}` }));
    const bytes = makeZip(entries, { end: { entryCount: 2, entriesOnDisk: 2 } });
    expect((await openZip(bufferSource(bytes))).entryCount).toBe(65_538);
  });
});

const damagedDeflate = deflateRawSync(prose(1000));
damagedDeflate.writeUInt16LE(0xffff, damagedDeflate.length >> 1);

/** Entries that are listed, but not read. */
const ENTRIES: readonly (EntryRecipe & { readonly what: string; readonly code?: AppImageErrorCode })[] = [
  { what: 'another signature of the local header', name: 'x', content: 'x' },
  { what: 'another local name', name: 'x', local: { name: Buffer.from('y') } },
  { what: 'a longer local name', name: 'x', local: { name: Buffer.from('xy') } },
  { what: 'another local method', name: 'x', content: 'x', local: { method: 8 } },
  { what: 'another local size', name: 'x', content: 'x', local: { uncompressedSize: 2 } },
  { what: 'another local compressed size', name: 'x', content: 'x', local: { compressedSize: 2 } },
  { what: 'another local checksum', name: 'x', content: 'x', local: { crc32: 7 } },
  { what: 'local zeros without a descriptor', name: 'x', content: 'x', local: { crc32: 0 } },
  { what: 'a local header that says it is encrypted', name: 'x', local: { flags: ZipFlag.encrypted } },
  { what: 'local extra fields that push the data out', name: 'x', content: 'x', local: { extraLength: 1 } },
  { what: 'another checksum', name: 'x', content: 'x', local: { crc32: 1 }, central: { crc32: 1 } },
  {
    what: 'another checksum of deflated data',
    name: 'x',
    content: 'x',
    deflate: true,
    local: { crc32: 1 },
    central: { crc32: 1 },
  },
  { what: 'damaged data', name: 'x', content: prose(1000), deflate: true, data: damagedDeflate },
  {
    what: 'data that is cut off',
    name: 'x',
    content: prose(1000),
    deflate: true,
    data: deflateRawSync(prose(1000)).subarray(0, -3),
  },
  {
    what: 'something behind the data',
    name: 'x',
    content: 'x',
    deflate: true,
    data: Buffer.concat([deflateRawSync('x'), Buffer.from('y')]),
  },
  { what: 'no data at all', name: 'x', deflate: true, data: new Uint8Array(0) },
  {
    what: 'more content than it says',
    name: 'x',
    content: prose(999),
    deflate: true,
    data: deflateRawSync(prose(1000)),
  },
  {
    what: 'less content than it says',
    name: 'x',
    content: prose(1000),
    deflate: true,
    data: deflateRawSync(prose(999)),
  },
  { what: 'content where it says there is none', name: 'x', deflate: true, data: deflateRawSync('x') },
  {
    what: 'encryption',
    code: 'unsupported',
    name: 'x',
    central: { flags: ZipFlag.encrypted },
    local: { flags: ZipFlag.encrypted },
  },
  { what: 'strong encryption', code: 'unsupported', name: 'x', central: { flags: ZipFlag.strongEncryption } },
  { what: 'a patch', code: 'unsupported', name: 'x', central: { flags: ZipFlag.patchData } },
  { what: 'method 14', code: 'unsupported', name: 'x', central: { method: 14 }, local: { method: 14 } },
];

describe('an entry with', () => {
  for (const { what, code = 'malformed', ...recipe } of ENTRIES) {
    test(`${what} is listed, and ${code} when it is read`, async () => {
      const bytes = makeZip([recipe]);
      if (what.includes('signature')) bytes[0] = 0;
      const archive = await openZip(bufferSource(bytes));
      const [entry] = await archive.readDirectory('');
      const path = entry?.path as string;
      const expected = { name: 'AppImageError', code };
      await expect(collect(archive.readFile(path))).rejects.toMatchObject(expected);
    });
  }

  test('data that reaches into the next one because of local extra fields is refused', async () => {
    const bytes = makeZip([{ name: 'a', content: 'xyz', local: { extraLength: 2 } }, { name: 'b' }]);
    const archive = await openZip(bufferSource(bytes));
    await expect(collect(archive.readFile('a'))).rejects.toMatchObject({ code: 'malformed', path: 'a', offset: 0 });
    expect(await collect(archive.readFile('b'))).toEqual(new Uint8Array(0));
  });

  test.each([
    ['zeros', {}],
    ['the values', { crc32: undefined }],
    ['the mark of Zip64', { compressedSize: 0xffff_ffff, uncompressedSize: 0xffff_ffff }],
  ])('a data descriptor and %s in the local header is read', async (_, fields) => {
    const zeros = { crc32: 0, compressedSize: 0, uncompressedSize: 0, flags: ZipFlag.dataDescriptor };
    const { crc32, ...sizes } = fields as Record<string, number>;
    const local = 'crc32' in fields ? { flags: ZipFlag.dataDescriptor } : { ...zeros, crc32: crc32 ?? 0, ...sizes };
    const central = { flags: ZipFlag.dataDescriptor };
    expect(await readAll(makeZip([{ name: 'x', content: 'content', deflate: true, local, central }]))).toBe(7);
  });
});

describe('a symlink', () => {
  test.each([
    ['no target', ''],
    ['a target with NUL', 'a\0b'],
    ['a target of 4,096 bytes', 'x'.repeat(4096)],
  ])('with %s is malformed', async (_, content) => {
    const archive = await openZip(bufferSource(makeZip([{ name: 'link', content, mode: 0o120777 }])));
    await expect(archive.readLink('link')).rejects.toMatchObject({ code: 'malformed', path: 'link' });
  });

  test('of 4,095 bytes, deflated, is read', async () => {
    const content = 'x/'.repeat(2048).slice(0, 4095);
    const archive = await openZip(bufferSource(makeZip([{ name: 'link', content, deflate: true, mode: 0o120777 }])));
    expect(await archive.readLink('link')).toBe(content);
    expect(await archive.stat('link')).toMatchObject({ type: 'symlink', size: 4095 });
  });
});

describe('limits', () => {
  const deep = [{ name: 'a/b/c/d' }, { name: 'a/b/e' }];
  const open = (limits: ImageLimits) => openZip(bufferSource(makeZip(deep)), { limits });

  test.each<[string, ImageLimits, ImageLimits, string]>([
    ['entries, counting implied directories', { entries: 5 }, { entries: 4 }, 'limit of 4 entries'],
    ['depth', { depth: 4 }, { depth: 3 }, 'limit of 3 directories inside each other reached at "a/b/c/d"'],
    ['listingLength', { listingLength: 104 }, { listingLength: 103 }, 'limit of 103 bytes of a listing'],
  ])('of %s can be reached and are kept', async (_, reached, kept, message) => {
    expect((await open(reached)).entryCount).toBe(2);
    await expect(open(kept)).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining(message) });
  });

  test('of entries are kept before memory is spent on a count', async () => {
    const count = { entryCount: 2 ** 40, entriesOnDisk: 2 ** 40 };
    const bytes = zip64Archive(count, 0, { entryCount: 0xffff, entriesOnDisk: 0xffff });
    await expect(openZip(bufferSource(bytes))).rejects.toMatchObject({ code: 'limit' });
  });
});

/** Reads everything; answers how many bytes that are. */
async function readAll(bytes: Uint8Array): Promise<number> {
  const archive = await openZip(bufferSource(bytes));
  let length = 0;
  for await (const entry of archive.walk()) {
    if (entry.stat.type === 'file') length += (await collect(archive.readFile(entry))).length;
  }
  return length;
}
