import { describe, expect, test } from 'vitest';
import type { AppImageErrorCode } from '../../../src/errors.ts';
import type { ImageLimits } from '../../../src/filesystem/image-limits.ts';
import type { FileEntry } from '../../../src/filesystem/readonly-file-system.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { parseSuperblock, serializeSuperblock } from '../../../src/squashfs/superblock.ts';
import { smallImage } from '../../support/hostile.ts';
import { type PatchableImage, patchableImage } from '../../support/patched-image.ts';
import { collect, directory, file, noise, openImage, symlink, writeImage, xattrs } from '../../support/trees.ts';

const tree = () =>
  directory({
    aaa: directory({ inner: file('inner') }),
    bbb: directory({ other: file('other') }),
    'file-1': file(noise(9000)),
    'file-2': file('2', { xattrs: xattrs({ 'user.x': 'y' }) }),
    'link-1': symlink('file-1'),
  });

interface Malformed {
  readonly code: AppImageErrorCode;
  readonly what: string;
  readonly patch: (image: PatchableImage) => void;
}

const CASES: readonly Malformed[] = [
  { code: 'malformed', what: 'another magic', patch: ({ view }) => view.setUint8(0, 0x73) },
  { code: 'unsupported', what: 'version 3.1', patch: ({ view }) => view.setUint32(28, 0x0001_0003, true) },
  {
    code: 'malformed',
    what: 'a block size that is no power of two',
    patch: ({ view }) => view.setUint32(12, 5000, true),
  },
  {
    code: 'malformed',
    what: 'a block size that contradicts its logarithm',
    patch: ({ view }) => view.setUint16(22, 13, true),
  },
  { code: 'malformed', what: 'a block size of 2 MiB', patch: (image) => image.patchSuperblock({ blockSize: 2 ** 21 }) },
  { code: 'malformed', what: 'compression 0', patch: ({ view }) => view.setUint16(20, 0, true) },
  { code: 'malformed', what: 'compression 7', patch: ({ view }) => view.setUint16(20, 7, true) },
  {
    code: 'unsupported',
    what: 'a compression that is not there',
    patch: (image) => image.patchSuperblock({ compression: 'lzo' }),
  },
  { code: 'malformed', what: 'no ids', patch: (image) => image.patchSuperblock({ idCount: 0 }) },
  {
    code: 'out-of-bounds',
    what: 'more ids than there is room for',
    patch: (image) => image.patchSuperblock({ idCount: 65_535 }),
  },
  {
    code: 'out-of-bounds',
    what: 'ids that inodes name but the table lacks',
    patch: ({ view, rootInode }) => view.setUint16(rootInode + 4, 9, true),
  },
  {
    code: 'out-of-bounds',
    what: '2^32 - 1 fragments',
    patch: (image) => image.patchSuperblock({ fragmentCount: 0xffff_ffff }),
  },
  { code: 'malformed', what: 'no id table', patch: ({ view }) => view.setBigUint64(48, 2n ** 64n - 1n, true) },
  { code: 'malformed', what: 'a table start beyond 2^53', patch: ({ view }) => view.setBigUint64(48, 2n ** 60n, true) },
  {
    code: 'out-of-bounds',
    what: 'a table start beyond the end',
    patch: (image) => image.patchSuperblock({ idTableStart: 2 ** 40 }),
  },
  {
    code: 'malformed',
    what: 'tables in the wrong order',
    patch: (image) => image.patchSuperblock({ directoryTableStart: 96, inodeTableStart: 97 }),
  },
  {
    code: 'out-of-bounds',
    what: 'more bytes than the file has',
    patch: (image) => image.patchSuperblock({ bytesUsed: image.bytes.length + 1 }),
  },
  {
    code: 'malformed',
    what: 'a root inode beyond its block',
    patch: (image) => image.patchSuperblock({ rootInode: 8000n }),
  },
  {
    code: 'out-of-bounds',
    what: 'a root inode beyond the end',
    patch: (image) => image.patchSuperblock({ rootInode: 1n << 40n }),
  },
  {
    code: 'malformed',
    what: 'an inode of type 0',
    patch: ({ view, inodeOf }) => view.setUint16(inodeOf('file-1'), 0, true),
  },
  {
    code: 'malformed',
    what: 'an inode of type 15',
    patch: ({ view, inodeOf }) => view.setUint16(inodeOf('file-1'), 15, true),
  },
  {
    code: 'malformed',
    what: 'a root that is a file',
    patch: ({ view, rootInode }) => view.setUint16(rootInode, 2, true),
  },
  {
    code: 'malformed',
    what: 'a name with a slash',
    patch: ({ view, entry }) => view.setUint8(entry('file-1') + 8 + 4, 0x2f),
  },
  {
    code: 'malformed',
    what: 'a name with a NUL',
    patch: ({ view, entry }) => view.setUint8(entry('file-1') + 8 + 4, 0),
  },
  { code: 'malformed', what: 'the name ..', patch: ({ bytes, entry }) => shorten(bytes, entry('aaa'), '..') },
  { code: 'malformed', what: 'the name .', patch: ({ bytes, entry }) => shorten(bytes, entry('aaa'), '.') },
  {
    code: 'malformed',
    what: 'an entry of type 0',
    patch: ({ view, entry }) => view.setUint16(entry('aaa') + 4, 0, true),
  },
  {
    code: 'malformed',
    what: 'an entry of type 8',
    patch: ({ view, entry }) => view.setUint16(entry('aaa') + 4, 8, true),
  },
  {
    code: 'malformed',
    what: 'a name of 257 bytes',
    patch: ({ view, entry }) => view.setUint16(entry('aaa') + 6, 256, true),
  },
  {
    code: 'malformed',
    what: 'a run of 257 entries',
    patch: ({ view, listingOf }) => view.setUint32(listingOf('aaa'), 256, true),
  },
  {
    code: 'out-of-bounds',
    what: 'a run that is longer than its listing',
    patch: ({ view, listingOf }) => view.setUint32(listingOf('aaa'), 255, true),
  },
  {
    code: 'malformed',
    what: 'a directory that has the root in it',
    patch: ({ view, entry, superblock }) => view.setUint16(entry('aaa'), Number(superblock.rootInode & 0xffffn), true),
  },
  {
    code: 'malformed',
    what: 'one directory under two names',
    patch: ({ view, entry }) => view.setUint16(entry('bbb'), view.getUint16(entry('aaa'), true), true),
  },
  {
    code: 'malformed',
    what: 'a symlink target of 4,097 bytes',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('link-1') + 20, 4097, true),
  },
  {
    code: 'out-of-bounds',
    what: 'blocks beyond the end',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('file-1') + 16, 2 ** 31, true),
  },
  {
    code: 'malformed',
    what: 'a block above the block size',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('file-1') + 32, 4097, true),
  },
  {
    code: 'malformed',
    what: 'a block whose content is too short',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('file-1') + 32, 0x0100_0005, true),
  },
  {
    code: 'malformed',
    what: 'a block that is not compressed but says so',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('file-1') + 32, 4096, true),
  },
  {
    code: 'out-of-bounds',
    what: 'a fragment that is not there',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('file-1') + 20, 77, true),
  },
  {
    code: 'out-of-bounds',
    what: 'an end of a file beyond its fragment',
    patch: ({ view, inodeOf }) => view.setUint32(inodeOf('inner') + 24, 4000, true),
  },
  {
    code: 'malformed',
    what: 'an unknown kind of attribute',
    patch: ({ view, bytes }) => view.setUint16(Buffer.from(bytes).indexOf('y', -60) - 1 - 8, 3, true),
  },
];

describe('an image with', () => {
  for (const { code, what, patch } of CASES) {
    test(`${what} is an error with the code ${code}`, async () => {
      const image = await patchableImage(tree());
      patch(image);
      await expect(readAll(image.bytes)).rejects.toMatchObject({ name: 'AppImageError', code });
    });
  }

  test('nothing changed is no error', async () => {
    const { bytes } = await patchableImage(tree());
    await expect(readAll(bytes)).resolves.toBe(7);
  });
});

describe('limits', () => {
  test.each([
    ['of entries', { entries: 6 }, 'limit of 6 entries reached at "link-1"'],
    ['of depth', { depth: 1 }, 'limit of 1 directories inside each other reached at "aaa"'],
    ['of entries of a directory', { directoryEntries: 4 }, 'limit of 4 entries of a directory reached at "/"'],
    ['of a listing', { listingLength: 20 }, 'limit of 20 bytes of a listing reached at "/"'],
  ])('%s are kept', async (_, limits, message) => {
    const image = await writeImage(tree());
    await expect(readAll(image, limits)).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['of entries', { entries: 7 }],
    ['of depth', { depth: 2 }],
    ['of a listing', { listingLength: 100 }],
    ['of entries of a directory', { directoryEntries: 5 }],
  ])('%s can be reached', async (_, limits) => {
    await expect(readAll(await writeImage(tree()), limits)).resolves.toBe(7);
  });
});

test('an attribute table that begins beyond the end is out of bounds', async () => {
  const bytes = await smallImage();
  const superblock = parseSuperblock(bytes);
  bytes.set(serializeSuperblock({ ...superblock, xattrTableStart: bytes.length - 8 }));
  await expect(openImage(bytes)).rejects.toMatchObject({ code: 'out-of-bounds' });
});

/** Opens and reads everything; answers how many files there are. */
async function readAll(bytes: Uint8Array, limits: ImageLimits = {}): Promise<number> {
  const decompressors = { zstd: nodeDecompressors.zstd };
  const files = await openSquashfs(bufferSource(bytes), { decompressors, limits });
  const entries: FileEntry[] = [];
  for await (const entry of files.walk()) entries.push(entry);
  for (const entry of entries) {
    await files.readXattrs(entry);
    if (entry.stat.type === 'file') await collect(files.readFile(entry));
  }
  return entries.length;
}

/** Gives an entry of a three-letter name a shorter one; what is left of the old name is no valid entry any more. */
function shorten(bytes: Uint8Array, entry: number, name: string): void {
  bytes[entry + 6] = name.length - 1;
  bytes.set(Buffer.from(name), entry + 8);
}
