import type { Compressor } from '../../compression/codec.ts';
import { ContentIndex } from '../../filesystem/write/content-index.ts';
import { type ContentRank, inContentOrder } from '../../filesystem/write/content-order.ts';
import type { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import type { InodePlan, PlannedInode } from '../../filesystem/write/plan-inodes.ts';
import type { Sha256 } from '../../filesystem/write/sha256.ts';
import type { WriteProgress } from '../../filesystem/write/write-progress.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import type { FileInodeBody } from '../file-inode.ts';
import type { Fragment } from '../fragment.ts';
import { ContentWriter } from './content-writer.ts';
import { FragmentPacker } from './fragment-packer.ts';

/** Which ends of files share blocks with others. */
export type TailPacking = 'small-files' | 'always' | 'never';

/** Options of {@link writeFileData}, resolved. */
export interface FileDataOptions extends ReadOptions {
  readonly compressor: Compressor;
  readonly blockSize: number;
  readonly tailPacking: TailPacking;
  readonly contentRank: ContentRank | undefined;
  readonly sha256: Sha256;
  readonly onProgress: ((progress: WriteProgress) => void) | undefined;
}

/** Where a file's content is, as its inode says it; filled in as the blocks are placed. */
export interface FilePlace {
  blocksStart: number;
  readonly blockWords: number[];
  sparse: number;
  fragment: FileInodeBody['fragment'];
}

/** What was written of the contents of all files. */
export interface FileData {
  readonly places: ReadonlyMap<PlannedInode, FilePlace>;
  readonly fragments: readonly Fragment[];
  readonly contentBytes: number;
  readonly duplicateBytes: number;
}

/** Writes the contents of all files: whole blocks one after the other, shared ends in fragment blocks among them. */
export async function writeFileData(
  plan: InodePlan,
  output: OrderedOutput,
  options: FileDataOptions,
): Promise<FileData> {
  const files = inContentOrder(plan, options.contentRank);
  const totalBytes = files.reduce((sum, { node }) => sum + node.content.size, 0);
  let bytesRead = 0;
  const onRead = (count: number) => {
    bytesRead += count;
    options.onProgress?.({ bytesRead, totalBytes });
  };
  const packer = new FragmentPacker(output, options);
  const index = new ContentIndex<FilePlace>(files.map(({ node }) => node.content.size));
  const writer = new ContentWriter({ ...options, output, packer, index, onRead });
  const places = new Map<PlannedInode, FilePlace>();
  for (const file of files) {
    options.signal?.throwIfAborted();
    places.set(file, await writer.write(file.node.content, file.path));
  }
  await packer.flush();
  await output.finish();
  return { places, fragments: packer.fragments, contentBytes: totalBytes, duplicateBytes: writer.duplicateBytes };
}
