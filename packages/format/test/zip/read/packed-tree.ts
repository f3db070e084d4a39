import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '@appimage-js/testing';
import { beforeAll, onTestFinished } from 'vitest';
import { openFileSource } from '../../../src/node/file-source.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import type { ZipArchive } from '../../../src/zip/read/zip-archive.ts';
import { snapshotFolder, snapshotImage, type TreeSnapshot, without } from '../../support/snapshots.ts';
import { noise, prose } from '../../support/trees.ts';

const TIME = 1_700_000_000;

/** The tree that independent programs pack, for all tests of the file. */
export let tree: string;

/** Makes the tree. */
export function useTree(): void {
  const shared = sharedFolder();
  beforeAll(() => {
    tree = join(shared, 'tree');
    for (const folder of ['folder', 'folder/empty', 'folder/deep', 'folder/deep/deeper']) {
      mkdirSync(join(tree, folder), { recursive: true });
    }
    writeFileSync(join(tree, 'empty'), '');
    writeFileSync(join(tree, 'one'), '1');
    writeFileSync(join(tree, 'noise'), noise(700_000));
    writeFileSync(join(tree, 'prose'), prose(3_000_000));
    writeFileSync(join(tree, 'zeros'), new Uint8Array(2_000_000));
    writeFileSync(join(tree, 'folder/deep/deeper/script'), '#!/bin/sh\n');
    writeFileSync(join(tree, 'folder/größe 日本'), 'not ASCII');
    chmodSync(join(tree, 'folder/deep/deeper/script'), 0o755);
    chmodSync(join(tree, 'one'), 0o600);
    symlinkSync('../one', join(tree, 'folder/link'));
    for (const path of ['one', 'noise', 'folder/deep/deeper/script', 'folder/empty']) {
      utimesSync(join(tree, path), TIME, TIME);
    }
  });
}

/** The tree as it is on the disk, without what no ZIP archive keeps. */
export function expected(...fields: Parameters<typeof without>[1][]): TreeSnapshot {
  return without(snapshotFolder(tree), 'links', 'sameAs', ...fields);
}

/** The same of what we read. */
export async function found(archive: ZipArchive, ...fields: Parameters<typeof without>[1][]): Promise<TreeSnapshot> {
  return without(await snapshotImage(archive), 'links', 'sameAs', ...fields);
}

/** Without the root, which most archives do not have. */
export function below(snapshot: TreeSnapshot): TreeSnapshot {
  const { '': _, ...files } = snapshot;
  return files;
}

/** Opens an archive until the test is finished. */
export async function open(path: string): Promise<ZipArchive> {
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  return openZip(source);
}
