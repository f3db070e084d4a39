import { describe, expect, test } from 'vitest';
import { bytesContent, type FileContent, type InputDirectory } from '../../../src/filesystem/input-tree.ts';
import { snapshotImage, snapshotInput } from '../../support/snapshots.ts';
import { directory, file, noise, openImage, writeImageReport } from '../../support/trees.ts';

const BLOCK_SIZE = 4096;

async function write(root: InputDirectory) {
  const { bytes, written } = await writeImageReport(root, { blockSize: BLOCK_SIZE, padding: 1 });
  expect(await snapshotImage(await openImage(bytes))).toEqual(await snapshotInput(root));
  return written;
}

describe('a content that several files have', () => {
  test.each([
    ['small', 300],
    ['of one block', BLOCK_SIZE],
    ['of blocks and a tail', 10 * BLOCK_SIZE + 9],
  ])('is stored once: %s', async (_, length) => {
    const content = () => file(noise(length));
    const once = await write(directory({ a: content(), b: directory({ c: file('x') }) }));
    const thrice = await write(
      directory({ a: content(), a2: content(), b: directory({ c: content(), d: file('x') }) }),
    );
    expect(thrice.duplicateBytes).toBe(2 * length);
    expect(thrice.contentBytes).toBe(3 * length + 1);
    expect(thrice.bytesUsed - once.bytesUsed).toBeLessThan(200);
  });

  test('is stored twice where one byte differs', async () => {
    const [first, second] = [noise(20_000), noise(20_000)];
    second[19_999] = (second[19_999] as number) ^ 1;
    const written = await write(directory({ a: file(first), b: file(second) }));
    expect(written.duplicateBytes).toBe(0);
    expect(written.bytesUsed).toBeGreaterThan(40_000);
  });

  test('may be nothing at all', async () => {
    const written = await write(directory({ a: file(), b: file(), c: file() }));
    expect(written.duplicateBytes).toBe(0);
  });

  test('is not mistaken for the hashes of the pieces of another', async () => {
    const long = noise(2 * BLOCK_SIZE);
    const hashes = new Uint8Array(64);
    for (const [index, place] of [0, BLOCK_SIZE].entries()) {
      const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(long.subarray(place, place + BLOCK_SIZE)));
      hashes.set(new Uint8Array(hash), index * 32);
    }
    const same = noise(64, 9);
    const written = await write(directory({ a: file(long), b: file(long), c: file(same), d: file(hashes) }));
    expect(written.duplicateBytes).toBe(long.length);
  });

  test('of a hard link is counted once', async () => {
    const linked = file(noise(5000));
    const written = await write(directory({ a: linked, b: linked }));
    expect(written).toMatchObject({ contentBytes: 5000, duplicateBytes: 0, inodeCount: 2 });
  });
});

test('a file that is rewritten between two readings is an error, not the content of another', async () => {
  const before = noise(3 * BLOCK_SIZE, 1);
  const after = noise(3 * BLOCK_SIZE, 2);
  const root = directory({
    a: file(noise(3 * BLOCK_SIZE, 3)),
    b: { ...file(), content: changing(before, after) },
    c: file(before),
  });
  await expect(writeImageReport(root, { blockSize: BLOCK_SIZE })).rejects.toMatchObject({ code: 'io', path: 'b' });
});

/** A content that is one thing when it is read first and another from then on. */
function changing(first: Uint8Array, later: Uint8Array): FileContent {
  let readings = 0;
  return {
    size: first.length,
    read(pieceLength, options) {
      readings += 1;
      return bytesContent(readings === 1 ? first : later).read(pieceLength, options);
    },
  };
}
