import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';
import type { InputDirectory } from '../../src/filesystem/input-tree.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { openFileSource } from '../../src/node/file-source.ts';
import { openSquashfs } from '../../src/squashfs/read/open-squashfs.ts';
import type { SquashfsImage } from '../../src/squashfs/read/squashfs-image.ts';
import type { TreeSnapshot } from './snapshots.ts';
import { type ImageOptions, openImage, writeImage } from './trees.ts';

export const BLOCK_SIZE = 4096;

/** Where images are: each place is read in a way of its own. */
export const PLACES = ['memory', 'disk'] as const;
export type Place = (typeof PLACES)[number];

/** Of a length for which it is worth to start threads, if only by its padding. */
export const PADDING = 8 * 1_048_576;

/** Writes an image and opens it. */
export async function openTree(
  root: InputDirectory,
  place: Place = 'memory',
  options: ImageOptions = {},
): Promise<SquashfsImage> {
  const padding = place === 'disk' ? PADDING : 4096;
  const bytes = await writeImage(root, { blockSize: BLOCK_SIZE, padding, ...options });
  return place === 'disk' ? openOnDisk(bytes) : openImage(bytes);
}

/** Opens an image as a file that is there until the test is finished. */
export async function openOnDisk(bytes: Uint8Array): Promise<SquashfsImage> {
  const path = join(temporaryFolder(), 'image');
  writeFileSync(path, bytes);
  const source = await openFileSource(path);
  onTestFinished(() => source.close());
  return openSquashfs(source, { decompressors: nodeDecompressors });
}

/** What is expected of an extraction: no owners, no attributes, no special files, no setuid. */
export function extracted(tree: TreeSnapshot): TreeSnapshot {
  const kept = Object.entries(tree).filter(([, { type }]) => ['file', 'directory', 'symlink'].includes(type));
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return Object.fromEntries(
    kept.map(([path, node]) => {
      const mode = node.type === 'symlink' ? 0o777 : node.mode & 0o777;
      return [path, { ...node, mode, uid, gid, xattrs: {} }];
    }),
  );
}
