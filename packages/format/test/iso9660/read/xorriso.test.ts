import { readFileSync } from 'node:fs';
import { run, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import type { TreeSnapshot } from '../../support/snapshots.ts';
import { without } from '../../support/snapshots.ts';
import { type ImageWriter, judgeImages, snapshotIso } from '../support/judged-images.ts';
import { asKernelView, type KernelView, kernelIso9660 } from '../support/kernel-view.ts';
import { addAttributes, makeSourceFolder } from '../support/source-folder.ts';

/** What xorriso is told before and after the folder is mapped in. */
interface Recipe {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

const ZISOFS = ['-set_filter_r', '--zisofs', '/', '--'];

const RECIPES: Readonly<Record<string, Recipe>> = {
  'as it does by itself': {},
  'with hard links of Rock Ridge 1.12': { before: ['-compliance', 'new_rr', '-hardlinks', 'on'] },
  'with Joliet beside Rock Ridge': { before: ['-joliet', 'on', '-compliance', 'joliet_long_paths:joliet_long_names'] },
  'with deep directories moved to the top': { before: ['-compliance', 'deep_paths_off'] },
  'with names of ISO 9660:1999': { before: ['-compliance', 'iso_9660_level=3:iso_9660_1999'] },
  'with checksums in attributes': { before: ['-md5', 'on', '-disk_dev_ino', 'on'] },
  'with blocks of 32 KiB compressed': { before: ['-zisofs', 'block_size=32k:level=1'], after: ZISOFS },
  'with blocks of 64 KiB compressed': { before: ['-zisofs', 'block_size=64k'], after: ZISOFS },
  // As type 1 images were made.
  'with blocks of 128 KiB compressed, padding left out and Joliet': {
    before: ['-joliet', 'on', '-volid', 'AppImage', '-zisofs', 'level=9:block_size=128k:by_magic=off'],
    after: ['-chown_r', '0', '/', '--', ...ZISOFS],
  },
};

const SECOND_VERSION: Readonly<Record<string, Recipe>> = {
  'with blocks of 32 KiB in version 2': { before: ['-zisofs', 'version_2=on:block_size_v2=32k'], after: ZISOFS },
  'with blocks of 1 MiB in version 2': { before: ['-zisofs', 'version_2=on:block_size_v2=1m'], after: ZISOFS },
  'with entries of their own for version 2': {
    before: ['-zisofs', 'version_2=on:susp_z2=on:block_size_v2=256k'],
    after: ZISOFS,
  },
};

const WITH_ATTRIBUTES: Readonly<Record<string, Recipe>> = {
  'with access control lists and extended attributes': { before: ['-acl', 'on', '-xattr', 'any'] },
  'with attributes announced': { before: ['-compliance', 'aaip_susp_1_10_off', '-acl', 'on', '-xattr', 'any'] },
};

const writers = (recipes: Readonly<Record<string, Recipe>>): ReadonlyMap<string, ImageWriter> =>
  new Map(
    Object.entries(recipes).map(([name, { before = [], after = [] }]) => [
      name,
      (folder, image) => {
        run('xorriso', [...before, '-outdev', image, '-padding', '0', '-map', folder, '/', ...after]);
      },
    ]),
  );

/** What is lost where nothing is said about it: xorriso keeps no links and no attributes then. */
function adapt(name: string, source: TreeSnapshot): TreeSnapshot {
  const kept = without(source, ...(name.includes('hard links') ? [] : (['sameAs'] as const)));
  return mapFiles(kept, (file) => ({
    ...file,
    ...(name.includes('Joliet') && name.includes('compressed') ? { uid: 0 } : {}),
  }));
}

describe('what xorriso writes', () => {
  const tools = ['xorriso'];
  const judged = judgeImages(tools, writers({ ...RECIPES, ...SECOND_VERSION }));
  const imageOf = (name: string) => judged.images.get(name) as string;

  for (const name of Object.keys({ ...RECIPES, ...SECOND_VERSION })) {
    testWith(tools, `${name} is read as the folder that it packed`, async () => {
      const found = await snapshotIso(imageOf(name));
      const [ours, theirs] = [found, adapt(name, judged.source)].map((tree) => comparable(name, tree));
      expect(ours).toEqual(theirs);
    });
  }

  for (const name of Object.keys(RECIPES)) {
    testWith([...tools, kernelIso9660], `${name} is read as the kernel reads it`, async () => {
      expect(asKernelView(await snapshotIso(imageOf(name)))).toEqual(judged.views.get(name));
    });
  }

  testWith([...tools, kernelIso9660], 'in version 2 is read although the kernel knows only version 1', async () => {
    const name = 'with blocks of 1 MiB in version 2';
    const ours: KernelView = asKernelView(await snapshotIso(imageOf(name)));
    const theirs = judged.views.get(name) as KernelView;
    expect(theirs['sizes/prose-300000']?.size).toBeLessThan(3000);
    expect(ours['sizes/prose-300000']?.size).toBe(300_000);
  });

  testWith(tools, 'says of itself what it uses', async () => {
    const told = async (name: string) => {
      const files = await openIso9660(bufferSource(readFileSync(imageOf(name))));
      return { ...files.extensions, compression: await files.compression(), volumeId: files.volume.volumeId };
    };
    expect(await told('as it does by itself')).toEqual({
      rockRidge: true,
      joliet: undefined,
      compression: undefined,
      volumeId: 'ISOIMAGE',
    });
    expect(await told('with blocks of 128 KiB compressed, padding left out and Joliet')).toEqual({
      rockRidge: true,
      joliet: 3,
      compression: { version: 1, blockSize: 131_072 },
      volumeId: 'AppImage',
    });
    expect(await told('with blocks of 1 MiB in version 2')).toMatchObject({
      compression: { version: 2, blockSize: 1_048_576 },
    });
  });
});

describe('what xorriso writes of a folder with attributes', () => {
  const tools = ['xorriso', 'setfattr', 'getfattr'];
  const judged = judgeImages(tools, writers(WITH_ATTRIBUTES), (folder) => {
    makeSourceFolder(folder);
    addAttributes(folder);
  });

  for (const name of Object.keys(WITH_ATTRIBUTES)) {
    testWith(tools, `${name} is read so`, async () => {
      const found = await snapshotIso(judged.images.get(name) as string);
      expect(comparable(name, found)).toEqual(comparable(name, judged.source));
    });
  }
});

/** Rights to the root folder are xorriso's own, and links of directories are counted in its own way. */
function comparable(name: string, tree: TreeSnapshot): TreeSnapshot {
  const keepsLinks = name.includes('hard links');
  return mapFiles(keepsLinks ? tree : without(tree, 'sameAs'), (file) => ({
    ...file,
    ...(keepsLinks && file.type !== 'directory' ? {} : { links: 0 }),
  }));
}

function mapFiles(tree: TreeSnapshot, change: (file: TreeSnapshot[string]) => TreeSnapshot[string]): TreeSnapshot {
  return Object.fromEntries(Object.entries(tree).map(([path, file]) => [path, change(file)]));
}
