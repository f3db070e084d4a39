import { describe, expect, test } from 'vitest';
import { parseSuperblock } from '../../src/squashfs/superblock.ts';
import { explore } from '../support/hostile.ts';
import { directory, file, prose, writeImage } from '../support/trees.ts';

describe('the error about a damaged', () => {
  /** The first block of data follows the superblock and the compressor's options. */
  const DATA_START = 102;

  test('block of a file says where it is, and in which file', async () => {
    const bytes = await writeImage(directory({ folder: directory({ text: file(prose(30_000)) }) }), {
      blockSize: 4096,
    });
    bytes.fill(0xff, DATA_START, DATA_START + 8);
    expect((await explore(bytes))[0]).toMatchObject({
      code: 'malformed',
      offset: DATA_START,
      path: 'folder/text',
      message: expect.stringMatching(
        /^Cannot read "folder\/text" in the image: file data at offset 102: the image is damaged, its zstd block can not be decompressed \(.+\)$/,
      ),
    });
  });

  test('fragment says where it is, and in which file', async () => {
    const bytes = await writeImage(directory({ text: file(prose(1000)) }), { tailPacking: 'always' });
    bytes.fill(0xff, DATA_START, DATA_START + 8);
    expect((await explore(bytes))[0]).toMatchObject({
      offset: DATA_START,
      path: 'text',
      message: expect.stringMatching(
        /^Cannot read "text" in the image: the end of the file at offset 102: the image is damaged, /,
      ),
    });
  });

  test('block of metadata says where it is, and what was looked for', async () => {
    const bytes = await writeImage(directory({ text: file(prose(1000)) }));
    const { directoryTableStart } = parseSuperblock(bytes);
    bytes.fill(0, directoryTableStart + 2, directoryTableStart + 10);
    bytes[directoryTableStart + 1] = (bytes[directoryTableStart + 1] as number) & 0x7f;
    expect((await explore(bytes))[0]).toMatchObject({
      offset: directoryTableStart,
      path: '',
      message: expect.stringMatching(
        /^Cannot read "\/" in the image: SquashFS metadata at offset \d+: the image is damaged, /,
      ),
    });
  });
});
