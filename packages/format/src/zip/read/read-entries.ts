import { AppImageError, isAppImageError } from '../../errors.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import type { ListedFile } from '../../filesystem/listed-tree.ts';
import { limitReached } from '../../filesystem/path-errors.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { type CentralHeader, parseCentralHeader } from '../central-header.ts';
import { entryMode } from '../entry-mode.ts';
import { entryName } from '../entry-name.ts';
import { entryOwner } from '../entry-owner.ts';
import { modificationTime } from '../entry-times.ts';
import { ZipFlag, ZipMethod } from '../general-flags.ts';
import { LOCAL_HEADER_SIZE } from '../local-header.ts';
import { entryPlace } from '../zip64-field.ts';
import type { DirectoryPlace } from './find-directory.ts';

/** Deflate can not do better: 258 bytes for two bits. */
const HIGHEST_RATIO = 1032;

/** An entry as the central directory tells of it, checked. */
export interface ZipEntry extends ListedFile {
  readonly compressedSize: number;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  /** The name as it is stored, which the local header must repeat. */
  readonly storedName: Uint8Array;
  /** From the start of the source. */
  readonly headerOffset: number;
  /** Where the next entry, or the directory, begins: nothing of this one reaches beyond. */
  readonly limit: number;
}

/** What is known before all entries have been seen. */
type UnlimitedEntry = Omit<ZipEntry, 'limit'> & { limit: number };

/**
 * Reads and checks all entries of an archive, in the order of the central directory.
 *
 * @throws AppImageError `malformed` when an entry breaks the format's rules or shares bytes with another one, `unsupported`
 *   for encrypted directories, `limit` for too large ones
 */
export async function readEntries(
  source: ByteSource,
  place: DirectoryPlace,
  limits: Required<ImageLimits>,
  options?: ReadOptions,
): Promise<ZipEntry[]> {
  if (place.length > limits.listingLength) throw limitReached('bytes of a listing', limits.listingLength, '');
  if (place.countIsWhole && place.entryCount > limits.entries) throw limitReached('entries', limits.entries, '');
  const bytes = await source.read(place.start, place.length, options);
  const record = new RecordReader(bytes, { what: 'ZIP central directory', base: place.start });
  const entries: UnlimitedEntry[] = [];
  while (record.remaining > 0) {
    const at = place.start + record.position;
    if (entries.length >= limits.entries) throw limitReached('entries', limits.entries, '');
    entries.push(locate(at, () => parseEntry(parseCentralHeader(record), place)));
  }
  checkCount(entries.length, place);
  limitEntries(entries, place.start);
  return entries;
}

function parseEntry(header: CentralHeader, { shift }: DirectoryPlace): UnlimitedEntry {
  const { flags, method, crc32, extra, name: storedName } = header;
  if ((flags & ZipFlag.maskedHeader) !== 0) {
    throw new AppImageError(
      'unsupported',
      'Cannot parse ZIP entry: its header must be readable, found an encrypted one',
    );
  }
  const { names, isDirectory } = entryName(header);
  const { uncompressedSize: size, compressedSize, localHeaderOffset, disk } = entryPlace(header);
  if (disk !== 0) {
    throw new AppImageError('unsupported', `Cannot parse ZIP entry: it must be on disk 0, found disk ${disk}`);
  }
  checkSizes(header, size, compressedSize);
  const common = { size, compressedSize, method, flags, crc32, storedName, limit: 0 };
  return {
    names,
    ...entryMode(header, isDirectory),
    ...entryOwner(extra),
    mtime: modificationTime(header),
    headerOffset: localHeaderOffset + shift,
    ...common,
  };
}

/** Sizes that no writer can have come to are lies. */
function checkSizes({ flags, method }: CentralHeader, size: number, compressedSize: number): void {
  if ((flags & ZipFlag.encrypted) !== 0) return;
  const isPossible =
    method === ZipMethod.stored
      ? size === compressedSize
      : method !== ZipMethod.deflated || size <= compressedSize * HIGHEST_RATIO;
  if (isPossible) return;
  const how = method === ZipMethod.stored ? 'stored as they are' : 'deflated';
  throw new AppImageError(
    'malformed',
    `Cannot parse ZIP entry: ${size} bytes can not be ${how} in ${compressedSize} bytes`,
  );
}

/** Writers without Zip64 that have more than 65,535 entries write the lower bits of their number. */
function checkCount(found: number, { entryCount, countIsWhole, start }: DirectoryPlace): void {
  if (found === entryCount || (!countIsWhole && found % 0x1_0000 === entryCount)) return;
  throw new AppImageError(
    'malformed',
    `Cannot read ZIP central directory: it must have ${entryCount} entries, found ${found}`,
    { offset: start },
  );
}

/** Finds out how far each entry may reach, and that none reaches into another, as they do in the worst decompression bombs. */
function limitEntries(entries: readonly UnlimitedEntry[], directoryStart: number): void {
  let limit = directoryStart;
  const lastFirst = entries.toSorted((left, right) => right.headerOffset - left.headerOffset);
  for (const entry of lastFirst) {
    const { headerOffset, storedName, compressedSize } = entry;
    const shortest = LOCAL_HEADER_SIZE + storedName.length + compressedSize;
    if (headerOffset + shortest > limit) {
      const path = entry.names.join('/');
      throw new AppImageError(
        'malformed',
        `Cannot read ZIP entry ${JSON.stringify(path)}: it must end within ${limit} bytes, where something else begins, found ${shortest} bytes at offset ${headerOffset}`,
        { path, offset: headerOffset },
      );
    }
    entry.limit = limit;
    limit = headerOffset;
  }
}

/** Makes an error about an entry say where its header is. */
function locate<Result>(offset: number, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!isAppImageError(error) || error.offset !== undefined) throw error;
    throw atOffset(error, offset);
  }
}

function atOffset(error: AppImageError, offset: number): AppImageError {
  const { code, message, path } = error;
  return new AppImageError(code, message, { offset, cause: error, ...(path === undefined ? {} : { path }) });
}
