import { describe, expect, test } from 'vitest';
import type { AppImageErrorCode } from '../../../src/errors.ts';
import { directory, file, prose } from '../../support/trees.ts';
import { type PatchableIso, patchableIso, SECTOR } from '../support/patchable-image.ts';
import { readAll } from '../support/read-all.ts';

const tree = () => directory({ packed: file(prose(100_000)) });

interface Malformed {
  readonly code: AppImageErrorCode;
  readonly what: string;
  readonly patch: (image: PatchableIso) => void;
}

/** First byte of the data of a file. */
const dataOf = ({ view, record }: PatchableIso, name: string) => view.getUint32(record(name) + 2, true) * SECTOR;

const CASES: readonly Malformed[] = [
  {
    code: 'unsupported',
    what: 'an unknown algorithm',
    patch: ({ view, entry }) => view.setUint16(entry('packed', 'ZF') + 4, 0x5a44),
  },
  {
    code: 'unsupported',
    what: 'version 3 of compression',
    patch: ({ view, entry }) => view.setUint8(entry('packed', 'ZF') + 3, 3),
  },
  {
    code: 'unsupported',
    what: 'blocks of 16 KiB',
    patch: ({ view, entry }) => view.setUint8(entry('packed', 'ZF') + 7, 14),
  },
  {
    code: 'malformed',
    what: 'another magic of compressed data',
    patch: (image) => image.view.setUint8(dataOf(image, 'packed'), 0),
  },
  {
    code: 'malformed',
    what: 'a size that the directory does not know',
    patch: (image) => image.view.setUint32(dataOf(image, 'packed') + 8, 100_001, true),
  },
  {
    code: 'malformed',
    what: 'a header of 4 bytes',
    patch: (image) => {
      image.view.setUint8(dataOf(image, 'packed') + 12, 1);
      image.view.setUint8(image.entry('packed', 'ZF') + 6, 1);
    },
  },
  {
    code: 'out-of-bounds',
    what: 'more blocks than there are pointers',
    patch: (image) => {
      image.view.setUint32(dataOf(image, 'packed') + 8, 2 ** 31, true);
      image.set32(image.entry('packed', 'ZF') + 8, 2 ** 31);
    },
  },
  {
    code: 'malformed',
    what: 'blocks in the wrong order',
    patch: (image) => image.view.setUint32(dataOf(image, 'packed') + 20, 40, true),
  },
  {
    code: 'malformed',
    what: 'a block beyond the file',
    patch: (image) => image.view.setUint32(dataOf(image, 'packed') + 28, 100_000, true),
  },
  {
    code: 'malformed',
    what: 'a block that lies among the pointers',
    patch: (image) => image.view.setUint32(dataOf(image, 'packed') + 16, 20, true),
  },
  {
    code: 'malformed',
    what: 'a damaged block',
    patch: (image) => {
      const data = dataOf(image, 'packed');
      image.view.setUint8(data + image.view.getUint32(data + 16, true), 0xff);
    },
  },
];

describe('a compressed file with', () => {
  for (const { code, what, patch } of CASES) {
    test(`${what} is an error with the code ${code}`, async () => {
      const image = await patchableIso(tree());
      patch(image);
      await expect(readAll(image.bytes)).rejects.toMatchObject({ name: 'AppImageError', code, path: 'packed' });
    });
  }

  test('nothing changed is no error', async () => {
    const { bytes } = await patchableIso(tree());
    await expect(readAll(bytes)).resolves.toBe(1);
  });
});

describe('an error about', () => {
  test('damaged data says where it is, and in which file', async () => {
    const image = await patchableIso(tree());
    const data = dataOf(image, 'packed');
    const offset = data + image.view.getUint32(data + 16, true);
    image.view.setUint8(offset, 0xff);
    await expect(readAll(image.bytes)).rejects.toMatchObject({
      offset,
      path: 'packed',
      message: expect.stringMatching(
        /^Cannot read "packed" in the image: compressed file data at offset \d+: the image is damaged, its gzip block can not be decompressed \(.+\)$/,
      ),
    });
  });

  test('an algorithm that is not known here says which one, and in which file', async () => {
    const image = await patchableIso(tree());
    image.view.setUint16(image.entry('packed', 'ZF') + 4, 0x5a44);
    await expect(readAll(image.bytes)).rejects.toThrow(
      'Cannot read "packed" in the image: its algorithm must be "pz" of version 1 or "PZ" of version 2, found "ZD" of version 1',
    );
  });
});
