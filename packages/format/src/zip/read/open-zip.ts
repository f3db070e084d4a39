import { AppImageError } from '../../errors.ts';
import { type ImageLimits, resolveLimits } from '../../filesystem/image-limits.ts';
import { buildListedTree } from '../../filesystem/listed-tree.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { findDirectory } from './find-directory.ts';
import { readEntries, type ZipEntry } from './read-entries.ts';
import { readTail, type Tail } from './tail.ts';
import { ZipArchive } from './zip-archive.ts';

/** All of them are in memory at once, other than in file systems whose directories are read one by one. */
const DEFAULT_ENTRIES = 1_000_000;

/** Options of {@link openZip}. */
export interface OpenZipOptions extends ReadOptions {
  /**
   * `listingLength` is that of the central directory; of `entries`, directories that are there only by the names of others
   * count, and the default is 1 million. `directoryEntries` says nothing here.
   */
  readonly limits?: ImageLimits;
}

/**
 * Opens the ZIP archive at the end of `source`. Anything may be in front of it, whether its offsets were adjusted to that
 * (`zip -A`) or not, and up to 64 KiB, less the archive's comment, behind it.
 *
 * Entries that are stored or deflated can be read, with Zip64 where they are large. The archive is read by ranges: its end
 * and the central directory in one or two reads, each entry when it is asked for.
 *
 * @example
 * ```ts
 * import { bufferSource, openZip } from '@appimage-js/format';
 *
 * const empty = new Uint8Array(22);
 * empty.set([0x50, 0x4b, 5, 6]);
 * const archive = await openZip(bufferSource(empty));
 * for await (const { path, stat } of archive.walk()) console.log(`${path}: ${stat.size} bytes`);
 * ```
 *
 * @throws AppImageError `malformed` when there is no archive, or it breaks the format's rules or has names that lead out of
 *   it; `unsupported` for archives of several parts and encrypted directories; `limit`
 */
export async function openZip(source: ByteSource, options: OpenZipOptions = {}): Promise<ZipArchive> {
  const archive = await openZipByTail(await readTail(source, options), options);
  if (archive !== undefined) return archive;
  throw new AppImageError('malformed', 'Cannot open ZIP archive: it must have an end record (0x06054b50), found none');
}

/** Opens the archive whose end record is in that tail; undefined where there is none. */
export async function openZipByTail(tail: Tail, options: OpenZipOptions): Promise<ZipArchive | undefined> {
  const limits = resolveLimits({ entries: DEFAULT_ENTRIES, ...options.limits });
  const place = await findDirectory(tail, options);
  if (place === undefined) return undefined;
  const entries = await readEntries(tail.source, place, limits, options);
  return new ZipArchive({
    source: tail.source,
    root: buildListedTree(entries, limits),
    limits,
    entryCount: entries.length,
    comment: place.comment,
    start: firstOffset(entries, place.start),
    end: place.end,
  });
}

function firstOffset(entries: readonly ZipEntry[], directoryStart: number): number {
  return entries.reduce((first, { headerOffset }) => Math.min(first, headerOffset), directoryStart);
}
