import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { without } from '../../support/snapshots.ts';
import { prose } from '../../support/trees.ts';
import { type ImageWriter, judgeImages, snapshotIso } from '../support/judged-images.ts';
import { asKernelView, kernelIso9660 } from '../support/kernel-view.ts';
import { makeSourceFolder } from '../support/source-folder.ts';

const bsdtar =
  (...args: readonly string[]): ImageWriter =>
  (folder, image) => {
    run('bsdtar', ['--format=iso9660', ...args, '-cf', image, '-C', folder, '.']);
  };

const WRITERS = new Map<string, ImageWriter>([
  ['with rights as they are', bsdtar('--options', 'rockridge=strict')],
  ['without Joliet and padding', bsdtar('--options', 'rockridge=strict,!joliet,!pad')],
  ['with deep directories left where they are', bsdtar('--options', 'rockridge=strict,limit-depth=no')],
]);

describe('what bsdtar writes', () => {
  const tools = ['bsdtar'];
  const judged = judgeImages(tools, WRITERS, makeSourceFolder);
  const imageOf = (name: string) => judged.images.get(name) as string;

  for (const name of WRITERS.keys()) {
    testWith(tools, `${name} is read as the folder that it packed`, async () => {
      const { '': _, rr_moved: __, ...found } = without(await snapshotIso(imageOf(name)), 'xattrs', 'links', 'sameAs');
      const { '': ___, ...source } = without(judged.source, 'xattrs', 'links', 'sameAs');
      const left = Object.entries(source).filter(
        ([path]) => !(name.includes('compressed') && /noise-|mixed/.test(path)),
      );
      expect(found).toEqual(Object.fromEntries(left));
    });

    testWith([...tools, kernelIso9660], `${name} is read as the kernel reads it`, async () => {
      expect(asKernelView(await snapshotIso(imageOf(name)))).toEqual(judged.views.get(name));
    });
  }
});

describe('what bsdtar compresses', () => {
  // Of more and larger files, and of such as do not become smaller, it writes what neither the kernel nor it can read.
  const tools = ['bsdtar'];
  const writers = new Map([['compressed', bsdtar('--options', 'rockridge=strict,zisofs=yes')]]);
  const judged = judgeImages(tools, writers, (folder) => {
    writeFileSync(join(folder, 'prose'), prose(200_000));
    writeFileSync(join(folder, 'zeros'), new Uint8Array(100_000));
    writeFileSync(join(folder, 'short'), 'short');
  });
  const image = () => judged.images.get('compressed') as string;

  testWith(tools, 'is read as the folder that it packed', async () => {
    const { '': _, ...found } = without(await snapshotIso(image()), 'xattrs', 'links', 'sameAs');
    const { '': __, ...source } = without(judged.source, 'xattrs', 'links', 'sameAs');
    expect(found).toEqual(source);
    const files = await openIso9660(bufferSource(readFileSync(image())));
    expect(await files.compression()).toEqual({ version: 1, blockSize: 32_768 });
  });

  testWith([...tools, kernelIso9660], 'is read as the kernel reads it', async () => {
    expect(asKernelView(await snapshotIso(image()))).toEqual(judged.views.get('compressed'));
  });
});
