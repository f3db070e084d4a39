import { resolve } from 'node:path';
import type { FileEntry, FileType, ReadonlyFileSystem } from '../../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { openStaging } from './staging.ts';
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

/** Files whose contents are read side by side, so that they are decompressed on all cores. */
const CONCURRENCY = 16;

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
 * @throws AppImageError `io` when the target is there, or writing fails; whatever reading the image throws
 */
export async function extractFileSystem(
  files: ReadonlyFileSystem,
  target: string,
  options: ExtractOptions = {},
): Promise<ExtractedFileSystem> {
  const directory = resolve(target);
  const staging = await openStaging(directory);
  const writer = new TreeWriter(staging.path);
  try {
    await extractEntries(files, writer, options);
    const { mode, mtime } = await files.stat('', options);
    writer.finishDirectories({ mode, mtime });
    await staging.publish();
    return { directory, files: writer.files, bytes: writer.bytes, skipped: writer.skipped };
  } catch (error) {
    writer.unlockDirectories();
    await staging.remove();
    throw error;
  }
}

async function extractEntries(files: ReadonlyFileSystem, writer: TreeWriter, options: ExtractOptions): Promise<void> {
  const { signal, filter, onProgress } = options;
  const running = new Set<Promise<void>>();
  let failure: unknown;
  const start = (task: Promise<void>) => {
    const settled = task.catch((error: unknown) => {
      failure ??= error;
    });
    const tracked = settled.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  try {
    for await (const entry of files.walk({ signal })) {
      if (failure !== undefined) break;
      if (filter && !filter(entry)) continue;
      if (entry.stat.type === 'file') {
        start(writer.writeFile(entry, files.readFile(entry, { signal })));
        if (running.size >= CONCURRENCY) await Promise.race(running);
      } else if (entry.stat.type === 'symlink') {
        writer.writeSymlink(entry, await files.readLink(entry, { signal }));
      } else {
        writer.writeOther(entry);
      }
      onProgress?.({ files: writer.files, bytes: writer.bytes });
    }
  } finally {
    await Promise.all(running);
  }
  if (failure !== undefined) throw failure;
  onProgress?.({ files: writer.files, bytes: writer.bytes });
}
