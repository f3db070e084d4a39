import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { without } from '../../support/snapshots.ts';
import { collect, noise, prose } from '../../support/trees.ts';
import { type ImageWriter, judgeImages, snapshotIso } from '../support/judged-images.ts';
import { asKernelView, kernelIso9660, viewOne } from '../support/kernel-view.ts';
import { makeSimpleSourceFolder } from '../support/source-folder.ts';

const genisoimage =
  (...args: readonly string[]): ImageWriter =>
  (folder, image) => {
    run('genisoimage', ['-quiet', ...args, '-o', image, folder]);
  };

/** Options that keep everything as it is in the folder. */
const FAITHFUL = new Map<string, ImageWriter>([
  ['with the top used for directories that are too deep', genisoimage('-R', '-hide-rr-moved')],
  ['with deep directories left where they are', genisoimage('-R', '-D')],
  ['with Joliet', genisoimage('-R', '-D', '-J', '-joliet-long', '-input-charset', 'utf-8')],
  ['with long names, and without padding', genisoimage('-R', '-D', '-l', '-allow-leading-dots', '-no-pad')],
  ['without links', genisoimage('-R', '-D', '-no-cache-inodes')],
]);

const OTHERS = new Map<string, ImageWriter>([
  ['with rights for everybody', genisoimage('-r', '-D')],
  ['with the place visible that deep directories are moved to', genisoimage('-R')],
]);

describe('what genisoimage writes', () => {
  const tools = ['genisoimage'];
  const judged = judgeImages(tools, new Map([...FAITHFUL, ...OTHERS]), makeSimpleSourceFolder);
  const imageOf = (name: string) => judged.images.get(name) as string;

  for (const name of FAITHFUL.keys()) {
    testWith(tools, `${name} is read as the folder that it packed`, async () => {
      const ignored = ['xattrs', 'links', ...(name === 'without links' ? (['sameAs'] as const) : [])] as const;
      const { '': ours, '.rr_moved': _, ...found } = without(await snapshotIso(imageOf(name)), ...ignored);
      const { '': theirs, ...source } = without(judged.source, ...ignored);
      expect(found).toEqual(source);
      expect([ours?.type, theirs?.type]).toEqual(['directory', 'directory']);
    });
  }

  for (const name of [...FAITHFUL.keys(), ...OTHERS.keys()]) {
    testWith([...tools, kernelIso9660], `${name} is read as the kernel reads it`, async () => {
      expect(asKernelView(await snapshotIso(imageOf(name)))).toEqual(judged.views.get(name));
    });
  }
});

describe('a file that was compressed before', () => {
  const tools = ['genisoimage', 'isoinfo', 'xorriso'];

  /** An image of files that are compressed already, as mkzftree does it: xorriso's compressed bytes, taken as they are. */
  const makeImage = (...args: readonly string[]): string => {
    const [folder, compressed] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(folder, 'prose'), prose(200_000));
    writeFileSync(join(folder, 'noise'), Buffer.concat([noise(50_000), new Uint8Array(100_000)]));
    const first = join(temporaryFolder(), 'first.iso');
    run('xorriso', ['-outdev', first, '-map', folder, '/', '-set_filter_r', '--zisofs', '/', '--']);
    for (const name of ['prose', 'noise']) {
      const bytes = run('isoinfo', ['-i', first, '-R', '-x', `/${name}`]);
      writeFileSync(join(compressed, name), Buffer.from(bytes, 'latin1'));
    }
    const image = join(temporaryFolder(), 'second.iso');
    run('genisoimage', ['-quiet', '-R', ...args, '-o', image, compressed]);
    return image;
  };

  testWith(tools, 'and is marked so is read decompressed', async () => {
    const files = await openIso9660(bufferSource(readFileSync(makeImage('-z'))), { decompressors: nodeDecompressors });
    expect(await files.compression()).toEqual({ version: 1, blockSize: 32_768 });
    expect(Buffer.compare(await collect(files.readFile('prose')), prose(200_000))).toBe(0);
    const noisy = Buffer.concat([noise(50_000), new Uint8Array(100_000)]);
    expect(Buffer.compare(await collect(files.readFile('noise')), noisy)).toBe(0);
  });

  testWith([...tools, kernelIso9660], 'and is not marked is read compressed, as the kernel reads it', async () => {
    const image = makeImage();
    const found = asKernelView(await snapshotIso(image));
    expect(found['prose']?.size).toBeLessThan(10_000);
    expect(found).toEqual(viewOne(image));
  });
});

testWith(['genisoimage'], 'a symlink that genisoimage cut off is an error of its own', async () => {
  const folder = temporaryFolder();
  for (const [name, target] of [
    ['lost', 'directory/'.repeat(100)],
    ['kept', 'directory/x'],
  ] as const) {
    symlinkSync(target, join(folder, name));
  }
  const image = join(temporaryFolder(), 'image.iso');
  run('genisoimage', ['-quiet', '-R', '-o', image, folder]);
  const files = await openIso9660(bufferSource(readFileSync(image)));
  expect((await files.readDirectory('')).map(({ path }) => path)).toEqual(['kept', 'lost']);
  expect(await files.readLink('kept')).toBe('directory/x');
  await expect(files.readLink('lost')).rejects.toMatchObject({
    code: 'malformed',
    path: 'lost',
    message: 'Cannot read "lost" in the image: symlink target must be 1 to 4095 bytes, found none that can be read',
  });
});
