import { ContentIndex } from '../../filesystem/write/content-index.ts';
import { type ContentRank, inContentOrder } from '../../filesystem/write/content-order.ts';
import type { InodePlan, PlannedInode } from '../../filesystem/write/plan-inodes.ts';
import type { Sha256 } from '../../filesystem/write/sha256.ts';
import type { WriteProgress } from '../../filesystem/write/write-progress.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { ContentWriter, type FilePlace } from './content-writer.ts';
import type { ZisofsOptions } from './zisofs-packer.ts';

/** Options of {@link writeContents}, resolved. */
export interface ContentOptions extends ReadOptions {
  readonly sink: ByteSink;
  /** First sector. */
  readonly start: number;
  readonly zisofs: ZisofsOptions | undefined;
  readonly contentRank: ContentRank | undefined;
  readonly sha256: Sha256;
  readonly onProgress: ((progress: WriteProgress) => void) | undefined;
}

/** What was written of the contents of all files. */
export interface WrittenContents {
  readonly places: ReadonlyMap<PlannedInode, FilePlace>;
  /** Sector behind the last content. */
  readonly end: number;
  readonly contentBytes: number;
  readonly duplicateBytes: number;
}

/** Writes the contents of all files, those of each directory next to each other unless ranks say otherwise. */
export async function writeContents(plan: InodePlan, options: ContentOptions): Promise<WrittenContents> {
  const files = inContentOrder(plan, options.contentRank);
  const totalBytes = files.reduce((sum, { node }) => sum + node.content.size, 0);
  let bytesRead = 0;
  const onRead = (count: number) => {
    bytesRead += count;
    options.onProgress?.({ bytesRead, totalBytes });
  };
  const index = new ContentIndex<FilePlace>(files.map(({ node }) => node.content.size));
  const writer = new ContentWriter({ ...options, index, onRead });
  const places = new Map<PlannedInode, FilePlace>();
  try {
    for (const file of files) {
      options.signal?.throwIfAborted();
      places.set(file, await writer.write(file.node.content, file.path));
    }
    const end = await writer.finish();
    return { places, end, contentBytes: totalBytes, duplicateBytes: writer.duplicateBytes };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}
