import { readFileSync } from 'node:fs';
import { run, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { without } from '../../support/snapshots.ts';
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
  // What does not become smaller it writes wrongly: neither the kernel nor it can read that.
  [
    'with what becomes smaller compressed',
    bsdtar('--options', 'rockridge=strict,zisofs=yes', '--exclude', 'noise-*', '--exclude', 'mixed'),
  ],
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

  testWith(tools, 'compressed has blocks of 32 KiB', async () => {
    const image = readFileSync(imageOf('with what becomes smaller compressed'));
    const files = await openIso9660(bufferSource(image));
    expect(await files.compression()).toEqual({ version: 1, blockSize: 32_768 });
  });
});
