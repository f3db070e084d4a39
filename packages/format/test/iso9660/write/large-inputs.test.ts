import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { writeIso9660 } from '../../../src/iso9660/write/write-iso9660.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { collect, directory, file, noise, prose, symlink } from '../../support/trees.ts';
import { kernelIso9660, runInKernel } from '../support/kernel-view.ts';
import { sparseContent, sparseFileSink } from '../support/sparse.ts';
import { COMPRESSED, openIso, writeIso, writeIsoReport } from '../support/write-image.ts';

const GIB = 2 ** 30;

function nameOf(index: number): string {
  return `entry-${`${index}`.padStart(6, '0')}-with-a-name-of-some-length`;
}

function crowd(count: number): InputDirectory {
  const nodes = Array.from({ length: count }, (_, index): [string, InputNode] => [nameOf(index), symlink(`${index}`)]);
  return directory(nodes);
}

describe('a directory of 70,000 entries', () => {
  testWith([kernelIso9660], 'is listed and searched by the kernel', async () => {
    const image = join(temporaryFolder(), 'image');
    writeFileSync(image, await writeIso(directory({ crowd: crowd(70_000), other: file('x') })));
    const command = `ls -U crowd | wc -l; readlink crowd/${nameOf(0)} crowd/${nameOf(69_999)} crowd/${nameOf(35_000)}`;
    expect(runInKernel(image, command).trim().split(/\s+/)).toEqual(['70000', '0', '69999', '35000']);
  });

  test('is listed and searched by our reader', async () => {
    const files = await openIso(await writeIso(directory({ crowd: crowd(70_000), other: file('x') })));
    for (const index of [0, 1, 35_000, 69_999]) expect(await files.readLink(`crowd/${nameOf(index)}`)).toBe(`${index}`);
    expect(await files.readDirectory('crowd')).toHaveLength(70_000);
    await expect(files.stat(`crowd/${nameOf(70_000)}`)).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('a tree of 500 directories inside each other is written and read', async () => {
  let root = directory({ bottom: file('deep down') });
  for (let level = 0; level < 499; level++) root = directory({ d: root });
  const files = await openIso(await writeIso(root));
  expect(Buffer.from(await collect(files.readFile(`${'d/'.repeat(499)}bottom`))).toString()).toBe('deep down');
});

test('65,536 directories are refused', async () => {
  const nodes = Array.from({ length: 65_535 }, (_, index): [string, InputNode] => [`${index}`, directory()]);
  await expect(writeIso(directory(nodes))).rejects.toMatchObject({ code: 'limit' });
});

describe('a large file', () => {
  const size = 3_000_000;

  test.each([
    ['is compressed where that saves something', new Uint8Array(prose(size)), 1, 200_000],
    ['is stored as it is where that saves nothing', noise(size), 0, size + 60_000],
    [
      'is stored as it is where only a part can be compressed, but nothing is saved',
      almostNoise(size),
      0,
      size + 60_000,
    ],
    ['that is empty but for its end takes next to nothing', new Uint8Array([...new Uint8Array(size), 1]), 1, 60_000],
  ])('%s', async (_, content, compressedFiles, most) => {
    const root = directory({ large: file(content), next: file('next') });
    const { bytes, written } = await writeIsoReport(root, COMPRESSED);
    expect(written.compressedFiles).toBe(compressedFiles);
    expect(bytes.length).toBe(written.length);
    expect(bytes.length).toBeLessThan(most);
    const files = await openIso(bytes);
    expect(Buffer.compare(await collect(files.readFile('large')), content)).toBe(0);
    expect(Buffer.from(await collect(files.readFile('next'))).toString()).toBe('next');
  });

  test('with the same content as another one is stored once', async () => {
    const root = directory({ a: file(prose(size)), b: file(noise(size)), c: file(prose(size)), d: file(noise(size)) });
    const { bytes, written } = await writeIsoReport(root, COMPRESSED);
    expect(written.duplicateBytes).toBe(2 * size);
    expect(bytes.length).toBeLessThan(size + 200_000);
    const files = await openIso(bytes);
    expect(Buffer.compare(await collect(files.readFile('c')), prose(size))).toBe(0);
    expect(Buffer.compare(await collect(files.readFile('d')), noise(size))).toBe(0);
    expect((await files.stat('a')).inode).not.toBe((await files.stat('c')).inode);
  });
});

describe('files of', () => {
  const SIZES: Readonly<Record<string, number>> = {
    '4 GiB but a page': 4 * GIB - 4096,
    '4.5 GiB': 4.5 * GIB,
  };
  const marksOf = (size: number) =>
    new Map([
      [10, 'start'],
      [Math.min(4 * GIB - 2048, size - 4096) - 3, 'border'],
      [size - 3, 'end'],
    ]);

  for (const [what, size] of Object.entries(SIZES)) {
    testWith(['bsdtar', kernelIso9660], `${what} are written and read, in little memory`, async () => {
      const image = join(temporaryFolder(), 'image');
      const marks = marksOf(size);
      const root = directory({ sparse: { ...file(), content: sparseContent(size, marks) }, z: file('after it') });
      let most = 0;
      const onProgress = () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      };
      const before = process.memoryUsage().arrayBuffers;
      const sink = sparseFileSink(image);
      const { compressor } = COMPRESSED;
      const written = await writeIso9660({ root, sink, onProgress, ...(compressor ? { compressor } : {}) });
      expect(most - before).toBeLessThan(256 * 1_048_576);
      expect(written.compressedFiles).toBe(size <= 4 * GIB - 4096 ? 1 : 0);

      await using source = await openFileSource(image);
      const files = await openIso9660(source, { decompressors: nodeDecompressors });
      expect((await files.stat('sparse')).size).toBe(size);
      for (const [start, text] of marks) {
        const found = await collect(files.readFile('sparse', { start: start - 5, end: start + text.length }));
        expect(Buffer.from(found).toString('latin1')).toBe(`${'\0'.repeat(5)}${text}`);
      }
      expect(Buffer.from(await collect(files.readFile('z'))).toString()).toBe('after it');

      const dd = (place: number, length: number) =>
        `dd if=sparse iflag=skip_bytes,count_bytes skip=${place} count=${length} 2> /dev/null; echo`;
      const pieces = [...marks].map(([place, text]) => dd(place, text.length));
      const told = runInKernel(image, ['stat -c %s sparse', ...pieces, 'cat z'].join('\n'));
      expect(told.split('\n')).toEqual([`${size}`, 'start', 'border', 'end', 'after it']);
      expect(run('bsdtar', ['-tvf', image])).toContain(` ${size} `);
    });
  }
});

/** Noise with so few zeros that header and pointers eat up what they save. */
function almostNoise(size: number): Uint8Array {
  const content = noise(size, 3);
  content.fill(0, 0, 300);
  return content;
}
