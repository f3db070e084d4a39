import { resolve } from 'node:path';
import type { FileEntry, FileType, ReadonlyFileSystem } from '../../filesystem/readonly-file-system.ts';
import { walkInRuns } from '../../filesystem/walk-tree.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { loadSyncDecompress } from '../sync-decompress.ts';
import { BatchedContents } from './batches/batched-contents.ts';
import type { ContentWriter, ContentWriterOptions } from './content-writer.ts';
import { type ExtractionLimits, ExtractionTally } from './extraction-limits.ts';
import { openStaging } from './staging.ts';
import { StreamedContents } from './streamed-contents.ts';
import { TreeWriter } from './tree-writer.ts';

/** How far an extraction has come. */
export interface ExtractProgress {
  /** Names of files and symlinks, each hard link counted; directories not. */
  readonly files: number;
  /** Bytes of file contents, hard links counted once, holes included. */
  readonly bytes: number;
}

/** Options of {@link extractFileSystem}. */
export interface ExtractOptions extends ReadOptions {
  readonly limits?: ExtractionLimits;
  /** Bytes of the image without what stands before and behind it, for `limits.ratio`. Default: what the file system tells. */
  readonly payloadLength?: number;
  /** Which entries are wanted; directories on the way to them are made as needed. Default: all. */
  readonly filter?: (entry: FileEntry) => boolean;
  readonly onProgress?: (progress: ExtractProgress) => void;
}

/** What {@link extractFileSystem} has written. */
export interface ExtractedFileSystem extends ExtractProgress {
  /** Absolute path of the directory. */
  readonly directory: string;
  /** What an ordinary user can not make, or nobody should from a file that came from elsewhere: devices, FIFOs, sockets. */
  readonly skipped: readonly { readonly path: string; readonly type: FileType }[];
}

/**
 * Extracts a tree into `target`, which must not exist yet or be an empty directory. A new directory appears at once, when
 * it is complete, with the mode and time of the image's root; an empty one is filled and keeps its own. A failed or
 * aborted extraction leaves nothing behind.
 *
 * Permissions (without setuid, setgid and sticky), times, symlinks, hard links and holes are kept; owners, extended
 * attributes, devices, FIFOs and sockets are not. Nothing is ever written outside of the target, and no symlink of the
 * image is followed.
 *
 * @example
 * ```ts
 * import { bufferSource, memorySink, openSquashfs, writeSquashfs } from '@appimage-js/format';
 * import { extractFileSystem, nodeCompressor, nodeDecompressors } from '@appimage-js/format/node';
 *
 * const root = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, entries: new Map() } as const;
 * const sink = memorySink();
 * await writeSquashfs({ root, sink, compressor: nodeCompressor('gzip') });
 * const files = await openSquashfs(bufferSource(sink.bytes), { decompressors: nodeDecompressors });
 * const { directory, skipped } = await extractFileSystem(files, 'extracted');
 * console.log(`${directory}, without ${skipped.length} files`);
 * ```
 *
 * @throws AppImageError `io` when the target is there, or writing fails; `limit` when more would be written than may be; whatever
 *   reading the image throws
 */
export async function extractFileSystem(
  files: ReadonlyFileSystem,
  target: string,
  options: ExtractOptions = {},
): Promise<ExtractedFileSystem> {
  const directory = resolve(target);
  const umask = process.umask();
  const tally = new ExtractionTally(options.limits, options.payloadLength ?? files.stored?.source.size);
  const staging = await openStaging(directory);
  const tree = new TreeWriter({ root: staging.path, umask, tally });
  try {
    const contents = await openContentWriter(files, { root: staging.path, umask, tally, signal: options.signal });
    try {
      await extractEntries(files, { tree, contents, tally }, options);
    } finally {
      await contents.close();
    }
    const { mode, mtime } = await files.stat('', options);
    tree.finishDirectories({ mode, mtime });
    await staging.publish();
    return { directory, files: tally.files, bytes: tally.bytes, skipped: tree.skipped };
  } catch (error) {
    tree.unlockDirectories();
    await staging.remove();
    throw error;
  }
}

/** Who makes what. */
interface Extraction {
  readonly tree: TreeWriter;
  readonly contents: ContentWriter;
  readonly tally: ExtractionTally;
}

async function extractEntries(
  files: ReadonlyFileSystem,
  { tree, contents, tally }: Extraction,
  { signal, filter, onProgress }: ExtractOptions,
): Promise<void> {
  const tell = () => onProgress?.({ files: tally.files, bytes: tally.bytes });
  for await (const run of walkInRuns(files, { signal })) {
    for (const entry of run) {
      if (filter && !filter(entry)) continue;
      signal?.throwIfAborted();
      if (entry.stat.type === 'symlink') tree.writeSymlink(entry, await files.readLink(entry, { signal }));
      else if (entry.stat.type !== 'file') tree.writeOther(entry);
      else if (tree.placeFile(entry)) await contents.write(entry);
      tell();
    }
  }
  await contents.finish();
  tree.finishLinks();
  tell();
}

/** An image on disk, of a compression that threads know, they read by themselves; any other is read here. */
async function openContentWriter(files: ReadonlyFileSystem, options: ContentWriterOptions): Promise<ContentWriter> {
  const { stored } = files;
  const image = stored?.source.file;
  if (stored === undefined || image === undefined) return new StreamedContents(files, options);
  const compression = stored.decompressor.name;
  const decompress = await loadSyncDecompress(stored.decompressor);
  if (decompress === undefined) return new StreamedContents(files, options);
  return new BatchedContents({ ...options, files, stored, image, compression, decompress });
}
