import type { InputFile } from '../input-tree.ts';
import type { InodePlan, PlannedInode } from './plan-inodes.ts';

/** Tells where among all contents that of a file is stored: a number, the lower the nearer to the image's start. */
export type ContentRank = (file: InputFile) => number;

/** A regular file of the tree. */
export type PlannedFile = PlannedInode & { readonly node: InputFile };

/** The files in the order in which their contents are stored: by rank, where it is the same in that of their inodes. */
export function inContentOrder({ inodes }: InodePlan, rank: ContentRank | undefined): PlannedFile[] {
  const files = inodes.filter((inode): inode is PlannedFile => inode.node.type === 'file');
  if (rank === undefined) return files;
  const ranked = files.map((file) => ({ file, rank: rank(file.node) }));
  return ranked.sort((left, right) => left.rank - right.rank).map(({ file }) => file);
}
