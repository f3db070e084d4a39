import { lstatSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { FileContent, InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openSquashfs } from '../../../src/squashfs/read/open-squashfs.ts';
import { mountImage } from '../../support/mount-image.ts';
import { collect, directory, file, openImage, symlink, writeImage } from '../../support/trees.ts';

const GIB = 2 ** 30;

function nameOf(index: number): string {
  return `entry-${`${index}`.padStart(6, '0')}-with-a-name-of-some-length`;
}

function crowd(count: number): InputDirectory {
  return directory(
    Array.from({ length: count }, (_, index): [string, InputNode] => [nameOf(index), symlink(`${index}`)]),
  );
}

async function writeFolder(root: InputDirectory) {
  const folder = temporaryFolder();
  const image = join(folder, 'image');
  const bytes = await writeImage(root);
  writeFileSync(image, bytes);
  mkdirSync(join(folder, 'mounted'));
  return { image, bytes, mountPoint: join(folder, 'mounted') };
}

/** A crowd whose listing does not begin in the first block of the table. */
function crowdAmongOthers(count: number): InputDirectory {
  return directory({ 'another-crowd': crowd(1000), crowd: crowd(count), other: file('x') });
}

describe.each([5000, 70_000])('a directory of %d entries', (count) => {
  const samples = [0, 1, 255, 256, 257, Math.floor(count / 2), count - 2, count - 1];
  const missing = ['a', 'entry-', `${nameOf(0)}0`, `${nameOf(Math.floor(count / 3))}x`, nameOf(count), 'zzz'];

  testWith(['kernel'], 'is searched by the kernel', async () => {
    const { image, mountPoint } = await writeFolder(crowdAmongOthers(count));
    const mounted = join(mountImage(image, mountPoint), 'crowd');
    for (const index of samples) {
      const target = lstatSync(join(mounted, nameOf(index)));
      expect(target.isSymbolicLink()).toBe(true);
      expect(target.size).toBe(`${index}`.length);
    }
    for (const name of missing) expect(lstatSync(join(mounted, name), { throwIfNoEntry: false })).toBeUndefined();
    expect(readdirSync(mounted)).toHaveLength(count);
  });

  test('is searched by our reader, which reads little of it', async () => {
    const bytes = await writeImage(crowdAmongOthers(count));
    let read = 0;
    const source = bufferSource(bytes);
    const counting: typeof source = {
      size: source.size,
      read(offset, length, options) {
        read += length;
        return source.read(offset, length, options);
      },
    };
    for (const index of samples) {
      read = 0;
      const files = await openSquashfs(counting, { decompressors: nodeDecompressors });
      expect(await files.readLink(`crowd/${nameOf(index)}`)).toBe(`${index}`);
      expect(read).toBeLessThan(100_000);
    }
    const files = await openImage(bytes);
    for (const name of missing) await expect(files.stat(`crowd/${name}`)).rejects.toMatchObject({ code: 'not-found' });
    expect(await files.readDirectory('crowd')).toHaveLength(count);
  });

  testWith(['unsquashfs'], 'is listed by unsquashfs', async () => {
    const { image } = await writeFolder(crowd(count));
    expect(run('unsquashfs', ['-lc', '-no-progress', image]).trimEnd().split('\n')).toHaveLength(count);
  });
});

test('a tree of 500 directories inside each other is written and read', async () => {
  let root = directory({ bottom: file('deep down') });
  for (let level = 0; level < 499; level++) root = directory({ d: root });
  const files = await openImage(await writeImage(root));
  expect(Buffer.from(await collect(files.readFile(`${'d/'.repeat(499)}bottom`))).toString()).toBe('deep down');
  let deepest = '';
  for await (const { path } of files.walk()) deepest = path;
  expect(deepest).toBe(`${'d/'.repeat(499)}bottom`);
});

/** Zeros with a few bytes among them; one piece at a time is all that is ever in memory. */
function sparseContent(size: number, marks: ReadonlyMap<number, string>): FileContent {
  return {
    size,
    async *read(pieceLength) {
      const zeros = new Uint8Array(pieceLength);
      for (let offset = 0; offset < size; offset += pieceLength) {
        const length = Math.min(pieceLength, size - offset);
        const inside = [...marks].filter(([place]) => place >= offset && place < offset + length);
        if (inside.length === 0) {
          yield zeros.subarray(0, length);
          continue;
        }
        const piece = new Uint8Array(length);
        for (const [place, text] of inside) piece.set(Buffer.from(text), place - offset);
        yield piece;
      }
    },
  };
}

describe('a sparse file of 5 GiB', () => {
  const marks = new Map([
    [10, 'start'],
    [4 * GIB + 7, 'beyond 32 bits'],
    [5 * GIB - 3, 'end'],
  ]);
  const options = { blockSize: 1_048_576 };
  const root = () => directory({ sparse: { ...file(), content: sparseContent(5 * GIB, marks) } });

  test('takes next to nothing, and its ranges are read', async () => {
    const bytes = await writeImage(root(), options);
    expect(bytes.length).toBeLessThan(100_000);
    const files = await openImage(bytes);
    expect((await files.stat('sparse')).size).toBe(5 * GIB);
    for (const [start, text] of marks) {
      const found = await collect(files.readFile('sparse', { start: start - 5, end: start + text.length }));
      expect(Buffer.from(found).toString('latin1')).toBe(`${'\0'.repeat(5)}${text}`);
    }
  });

  testWith(['kernel', 'cmp'], 'is the same for the kernel', async () => {
    const folder = temporaryFolder();
    const image = join(folder, 'image');
    writeFileSync(image, await writeImage(root(), options));
    mkdirSync(join(folder, 'mounted'));
    const mounted = join(mountImage(image, join(folder, 'mounted')), 'sparse');
    expect(statSync(mounted).size).toBe(5 * GIB);
    expect(statSync(mounted).blocks * 512).toBeLessThan(16 * 1_048_576);
    for (const [place, text] of marks) {
      expect(
        run('dd', [`if=${mounted}`, 'iflag=skip_bytes,count_bytes', `skip=${place}`, `count=${text.length}`]),
      ).toBe(text);
    }
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    truncateSync(empty, GIB);
    expect(run('cmp', ['--bytes', `${64 * 1_048_576}`, '--ignore-initial=1048576:1048576', mounted, empty])).toBe('');
  });
});
