import { join } from 'node:path';
import { isThere, sharedFolder } from '@appimage-js/testing';
import { beforeAll } from 'vitest';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { snapshotFolder, snapshotImage, type TreeSnapshot } from '../../support/snapshots.ts';
import { type KernelView, kernelIso9660, viewByKernel } from './kernel-view.ts';
import { makeSourceFolder } from './source-folder.ts';

/** Writes the image of a folder. */
export type ImageWriter = (folder: string, image: string) => void;

/** A folder, and what a writer has made of it in several ways. */
export interface JudgedImages {
  /** The folder as the system that runs here sees it. */
  source: TreeSnapshot;
  readonly images: Map<string, string>;
  /** The images as a kernel sees them, where there is one that can be asked. */
  readonly views: Map<string, KernelView>;
}

/** Before all tests: fills a folder, has it packed in several ways, and asks the kernel about all of them at once. */
export function judgeImages(
  tools: readonly string[],
  writers: ReadonlyMap<string, ImageWriter>,
  fill: (folder: string) => void = makeSourceFolder,
): JudgedImages {
  const [folder, images, work] = [sharedFolder(), sharedFolder(), sharedFolder()];
  const judged: JudgedImages = { source: {}, images: new Map(), views: new Map() };
  beforeAll(() => {
    if (!tools.every(isThere)) return;
    fill(folder);
    judged.source = snapshotFolder(folder, { xattrs: isThere('getfattr') });
    for (const [name, write] of writers) {
      const image = join(images, `${judged.images.size}.iso`);
      write(folder, image);
      judged.images.set(name, image);
    }
    if (!isThere(kernelIso9660)) return;
    const views = viewByKernel(
      [...judged.images.values()].map((image) => ({ image })),
      work,
    );
    for (const [index, name] of [...judged.images.keys()].entries()) judged.views.set(name, views[index] as KernelView);
  }, 120_000);
  return judged;
}

/** What our reader says of an image in a file. */
export async function snapshotIso(image: string): Promise<TreeSnapshot> {
  await using source = await openFileSource(image);
  return await snapshotImage(await openIso9660(source, { decompressors: nodeDecompressors }));
}
