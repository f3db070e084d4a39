import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppImageError } from '../../errors.ts';
import type { FileEntry, FileType, ReadonlyFileSystem } from '../../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { ioError } from '../file-source.ts';
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

/** Says nothing of the target, whose own name may be as long as a name can be. */
const STAGING_PREFIX = '.appimage-extract-';

/**
 * Extracts a tree into `target`, which must not exist yet or be an empty directory. It is built beside the target and
 * moved there as a whole: a failed or aborted extraction leaves nothing behind.
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
  await checkTarget(directory);
  const firstParent = await makeParents(directory);
  const staging = makeStaging(directory);
  const writer = new TreeWriter(staging);
  try {
    await extractEntries(files, writer, options);
    const { mode, mtime } = await files.stat('', options);
    writer.finishDirectories({ mode, mtime });
    await moveIntoPlace(staging, directory);
    return { directory, files: writer.files, bytes: writer.bytes, skipped: writer.skipped };
  } catch (error) {
    await cleanUp({ writer, staging, parent: dirname(directory), firstParent });
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

async function checkTarget(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw ioError(`Cannot extract to ${directory}`, directory, cause);
  });
  if (entries.length > 0) {
    throw new AppImageError(
      'io',
      `Cannot extract to ${directory}: expected a new or an empty directory, found one with files in it`,
      { path: directory },
    );
  }
}

/** Makes the directories above the target; answers the outermost that was not there. */
async function makeParents(directory: string): Promise<string | undefined> {
  const parent = dirname(directory);
  return mkdir(parent, { recursive: true }).catch((cause: unknown) => {
    throw ioError(`Cannot create ${parent}`, parent, cause);
  });
}

interface Leftovers {
  readonly writer: TreeWriter;
  readonly staging: string;
  readonly parent: string;
  readonly firstParent: string | undefined;
}

/** Removes what was made, as far as it can be: the failure that led here is the one to be told. */
async function cleanUp({ writer, staging, parent, firstParent }: Leftovers): Promise<void> {
  writer.unlockDirectories();
  await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  if (firstParent === undefined) return;
  for (let made = parent; made.length >= firstParent.length; made = dirname(made)) {
    await rmdir(made).catch(() => undefined); // somebody else may have put something there
  }
}

function makeStaging(directory: string): string {
  try {
    return mkdtempSync(join(dirname(directory), STAGING_PREFIX));
  } catch (cause) {
    throw ioError(`Cannot extract to ${directory}`, directory, cause);
  }
}

async function moveIntoPlace(staging: string, directory: string): Promise<void> {
  try {
    await rmdir(directory).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
    });
    await rename(staging, directory);
  } catch (cause) {
    throw ioError(`Cannot extract to ${directory}`, directory, cause);
  }
}
