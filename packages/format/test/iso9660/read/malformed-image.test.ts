import { describe, expect, test } from 'vitest';
import type { AppImageErrorCode } from '../../../src/errors.ts';
import { directory, file, noise, prose, symlink } from '../../support/trees.ts';
import { DESCRIPTOR, type PatchableIso, patchableIso, ROOT_RECORD, SECTOR } from '../support/patchable-image.ts';
import { readAll } from '../support/read-all.ts';
import { openIso, writeIso } from '../support/write-image.ts';

const tree = () =>
  directory({
    aaa: directory({ inner: file('inner') }),
    bbb: directory({ other: file('other') }),
    plain: file(noise(9000)),
    packed: file(prose(100_000)),
    link: symlink('plain'),
    long: symlink('target/'.repeat(60)),
  });

interface Malformed {
  readonly code: AppImageErrorCode;
  readonly what: string;
  readonly patch: (image: PatchableIso) => void;
}

const CASES: readonly Malformed[] = [
  { code: 'malformed', what: 'another identifier', patch: ({ view }) => view.setUint8(DESCRIPTOR + 1, 0x44) },
  { code: 'malformed', what: 'no primary descriptor', patch: ({ view }) => view.setUint8(DESCRIPTOR, 0) },
  { code: 'malformed', what: 'no terminator', patch: ({ view }) => view.setUint8(DESCRIPTOR + SECTOR, 2) },
  { code: 'malformed', what: 'logical blocks of 4 KiB', patch: ({ set16 }) => set16(DESCRIPTOR + 128, 4096) },
  {
    code: 'malformed',
    what: 'a block size that differs in its byte orders',
    patch: ({ view }) => view.setUint16(DESCRIPTOR + 130, 2048, true),
  },
  {
    code: 'out-of-bounds',
    what: 'more blocks than the file has',
    patch: ({ bytes, set32 }) => set32(DESCRIPTOR + 80, bytes.length / SECTOR + 1),
  },
  { code: 'out-of-bounds', what: 'a root beyond the end', patch: ({ set32 }) => set32(ROOT_RECORD + 2, 2 ** 31) },
  {
    code: 'malformed',
    what: 'a root that does not begin with itself',
    patch: ({ set32, record }) => set32(record('.') + 2, 5),
  },
  {
    code: 'malformed',
    what: 'an extent that differs in its byte orders',
    patch: ({ view, record }) => view.setUint32(record('plain') + 6, 1),
  },
  {
    code: 'out-of-bounds',
    what: 'a directory beyond the end',
    patch: ({ set32, record }) => set32(record('aaa') + 2, 2 ** 31),
  },
  { code: 'limit', what: 'a directory of 4 GiB', patch: ({ set32, record }) => set32(record('aaa') + 10, 2 ** 32 - 1) },
  {
    code: 'malformed',
    what: 'a directory that has the root in it',
    patch: ({ view, set32, record }) => set32(record('aaa') + 2, view.getUint32(ROOT_RECORD + 2, true)),
  },
  {
    code: 'malformed',
    what: 'one directory under two names',
    patch: ({ view, set32, record }) => set32(record('bbb') + 2, view.getUint32(record('aaa') + 2, true)),
  },
  {
    code: 'malformed',
    what: 'a record without identifier',
    patch: ({ view, record }) => view.setUint8(record('plain') + 32, 0),
  },
  {
    code: 'out-of-bounds',
    what: 'an identifier that is longer than its record',
    patch: ({ view, record }) => view.setUint8(record('plain') + 32, 250),
  },
  {
    code: 'out-of-bounds',
    what: 'a record of 5 bytes',
    patch: ({ view, record }) => view.setUint8(record('plain'), 5),
  },
  {
    code: 'malformed',
    what: 'a mode that contradicts its record',
    patch: ({ set32, entry }) => set32(entry('plain', 'PX') + 4, 0o040755),
  },
  { code: 'malformed', what: 'a mode of no type', patch: ({ set32, entry }) => set32(entry('plain', 'PX') + 4, 0o755) },
  {
    code: 'malformed',
    what: 'a name with a slash',
    patch: ({ view, entry }) => view.setUint8(entry('plain', 'NM') + 7, 0x2f),
  },
  {
    code: 'malformed',
    what: 'a name with a NUL',
    patch: ({ view, entry }) => view.setUint8(entry('plain', 'NM') + 7, 0),
  },
  {
    code: 'malformed',
    what: 'the name ..',
    patch: ({ bytes, entry }) => bytes.set([0x4e, 0x4d, 7, 1, 0, 0x2e, 0x2e, 0x58], entry('plain', 'NM')),
  },
  {
    code: 'malformed',
    what: 'a file that goes on in another one',
    patch: ({ view, record }) => view.setUint8(record('aaa') + 25, 0x82),
  },
  {
    code: 'malformed',
    what: 'a file that goes on in nothing',
    patch: ({ view, record }) => view.setUint8(record('inner') + 25, 0x80),
  },
  {
    code: 'unsupported',
    what: 'interleaved data',
    patch: ({ view, record }) => view.setUint8(record('plain') + 27, 1),
  },
  {
    code: 'unsupported',
    what: 'a sparse file',
    patch: ({ view, entry }) => view.setUint16(entry('plain', 'TF'), 0x5346),
  },
  {
    code: 'out-of-bounds',
    what: 'data beyond the end',
    patch: ({ set32, record }) => set32(record('plain') + 2, 2 ** 31),
  },
  {
    code: 'out-of-bounds',
    what: 'a continuation area beyond the end',
    patch: ({ set32, entry }) => set32(entry('long', 'CE') + 4, 2 ** 31),
  },
  {
    code: 'malformed',
    what: 'a continuation area of 5 MiB',
    patch: ({ set32, entry }) => set32(entry('long', 'CE') + 20, 5 * 1_048_576),
  },
  {
    code: 'malformed',
    what: 'a continuation area that goes on in itself',
    patch: ({ bytes, view, set32, entry }) => {
      const at = entry('long', 'CE');
      const target = view.getUint32(at + 4, true) * SECTOR + view.getUint32(at + 12, true);
      bytes.copyWithin(target, at, at + 28);
      set32(at + 20, 28);
      set32(target + 20, 28);
    },
  },
  {
    code: 'malformed',
    what: 'a target whose component is longer than its entry',
    patch: ({ view, entry }) => view.setUint8(entry('link', 'SL') + 6, 200),
  },
  {
    code: 'malformed',
    what: 'a target of a component that is not defined',
    patch: ({ view, entry }) => view.setUint8(entry('link', 'SL') + 5, 0x40),
  },
  {
    code: 'malformed',
    what: 'a target that goes on in nothing',
    patch: ({ view, entry }) => view.setUint8(entry('link', 'SL') + 4, 1),
  },
  {
    code: 'malformed',
    what: 'a symlink without target',
    patch: ({ view, entry }) => view.setUint16(entry('link', 'SL'), 0x5858),
  },
];

describe('an image with', () => {
  for (const { code, what, patch } of CASES) {
    test(`${what} is an error with the code ${code}`, async () => {
      const image = await patchableIso(tree());
      patch(image);
      await expect(readAll(image.bytes)).rejects.toMatchObject({ name: 'AppImageError', code });
    });
  }

  test('nothing changed is no error', async () => {
    const { bytes } = await patchableIso(tree());
    await expect(readAll(bytes)).resolves.toBe(8);
  });
});

describe('an error about', () => {
  test('a damaged directory says which one it is', async () => {
    const image = await patchableIso(tree());
    image.view.setUint8(image.record('inner') + 32, 0);
    await expect(readAll(image.bytes)).rejects.toMatchObject({ path: 'aaa', offset: image.record('inner') + 32 });
  });
});

describe('a target that can not be read', () => {
  test('keeps nobody from reading the directory', async () => {
    const image = await patchableIso(tree());
    image.view.setUint16(image.entry('link', 'SL'), 0x5858);
    const files = await openIso(image.bytes);
    expect(await files.readDirectory('')).toHaveLength(6);
    expect(await files.stat('link')).toMatchObject({ type: 'symlink', size: 0 });
    await expect(files.readLink('link')).rejects.toMatchObject({ code: 'malformed', path: 'link' });
  });
});

describe('limits', () => {
  test.each([
    ['of entries', { entries: 7 }, 'limit of 7 entries reached at "plain"'],
    ['of depth', { depth: 1 }, 'limit of 1 directories inside each other reached at "aaa"'],
    ['of a listing', { listingLength: 2047 }, 'limit of 2047 bytes of a listing reached at "/"'],
    ['of entries of a directory', { directoryEntries: 5 }, 'limit of 5 entries of a directory reached at "/"'],
    ['of what a listing goes on in', { listingLength: 2100 }, 'limit of 2100 bytes of a listing reached at "/"'],
  ])('%s are kept', async (_, limits, message) => {
    const image = await writeIso(tree());
    await expect(readAll(image, limits)).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['of entries', { entries: 8 }],
    ['of depth', { depth: 2 }],
    ['of a listing', { listingLength: 4096 }],
    ['of entries of a directory', { directoryEntries: 6 }],
  ])('%s can be reached', async (_, limits) => {
    await expect(readAll(await writeIso(tree()), limits)).resolves.toBe(8);
  });
});
