import { AppImageError, isAppImageError } from '../../errors.ts';
import type { ContentRange } from '../../filesystem/resolve-range.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { compareBytes } from '../../io/file-name.ts';
import { GrowingBytes } from '../../io/growing-bytes.ts';
import { sequentialPieces } from '../../io/sequential-pieces.ts';
import { crc32 } from '../crc32.ts';
import { IN_ZIP64_32 } from '../end-record.ts';
import { ZipFlag, ZipMethod } from '../general-flags.ts';
import { LOCAL_HEADER_SIZE, type LocalHeader, parseLocalHeader } from '../local-header.ts';
import { inflateRaw } from './inflate-raw.ts';
import type { ZipEntry } from './read-entries.ts';

/** What is read with the local header: a small entry as a whole. */
const FIRST_READ = 65_536;

/** What is read at once of a larger one. */
const READ = 262_144;

/** As long as a symlink's target may be on Linux, without the NUL at its end. */
const MAXIMUM_TARGET_LENGTH = 4095;

/** An entry's data in the source, and as much of it as was read with the header. */
interface EntryData {
  readonly offset: number;
  readonly head: Uint8Array;
}

/**
 * The bytes of an entry. What is deflated has to be decompressed from its start; the checksum is judged wherever all of the
 * content has been seen.
 *
 * @throws AppImageError `malformed` when the local header contradicts the central one, when the data is damaged, or has
 *   another length or checksum than the headers say; `unsupported` for encrypted entries and other methods than Deflate
 */
export async function* readContent(
  source: ByteSource,
  entry: ZipEntry,
  { start, end, signal }: ContentRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  checkReadable(entry);
  const isStored = entry.method === ZipMethod.stored;
  const isWhole = start === 0 && end === entry.size;
  const data = await openData(source, entry, { withData: !isStored || start === 0 }, { signal });
  if (start === end && !isWhole) return;
  if (isStored && !isWhole) {
    yield* readData(source, data, start, end, { signal });
    return;
  }
  const stored = readData(source, data, 0, entry.compressedSize, { signal });
  const content = verify(isStored ? stored : inflate(stored, entry), entry);
  let position = 0;
  for await (const piece of content) {
    const part = piece.subarray(Math.max(0, start - position), Math.max(0, end - position));
    if (part.length > 0) yield part;
    position += piece.length;
    if (position >= end && end < entry.size) return;
  }
}

/**
 * The target of an entry that is a symlink, which is its content.
 *
 * @throws AppImageError as {@link readContent} does, and `malformed` for a target that no system could have
 */
export async function readTarget(source: ByteSource, entry: ZipEntry, options: ReadOptions = {}): Promise<Uint8Array> {
  const { size } = entry;
  if (size === 0 || size > MAXIMUM_TARGET_LENGTH) {
    throw malformed(entry, `a symlink's target must have 1 to ${MAXIMUM_TARGET_LENGTH} bytes, found ${size}`);
  }
  const target = new GrowingBytes();
  for await (const piece of readContent(source, entry, { start: 0, end: size, ...options })) target.append(piece);
  const bytes = target.first(size);
  if (bytes.includes(0)) throw malformed(entry, "a symlink's target must not contain NUL");
  return bytes;
}

/** Reads and checks the local header, behind which the data begins. */
async function openData(
  source: ByteSource,
  entry: ZipEntry,
  { withData }: { readonly withData: boolean },
  options: ReadOptions,
): Promise<EntryData> {
  const { headerOffset, limit, storedName, compressedSize } = entry;
  const headerLength = LOCAL_HEADER_SIZE + storedName.length;
  const length = withData ? Math.max(headerLength, Math.min(FIRST_READ, limit - headerOffset)) : headerLength;
  const bytes = await source.read(headerOffset, length, options);
  const header = parseLocalHeader(bytes, headerOffset);
  checkAgreement(header, entry);
  const dataStart = headerLength + header.extraLength;
  if (headerOffset + dataStart + compressedSize > limit) {
    throw malformed(entry, `its data must end within ${limit} bytes, found ${compressedSize} bytes behind the header`);
  }
  return { offset: headerOffset + dataStart, head: bytes.subarray(dataStart, dataStart + compressedSize) };
}

/** The stored bytes of an entry from `start` to `end`; those that were read with the header are not read again. */
async function* readData(
  source: ByteSource,
  { offset, head }: EntryData,
  start: number,
  end: number,
  options: ReadOptions,
) {
  let position = start;
  if (position < Math.min(end, head.length)) {
    const piece = head.subarray(position, end);
    yield piece;
    position += piece.length;
  }
  yield* sequentialPieces(source, {
    pieceLength: READ,
    offset: offset + position,
    length: end - position,
    signal: options.signal,
  });
}

async function* inflate(stored: AsyncIterable<Uint8Array>, entry: ZipEntry) {
  try {
    yield* inflateRaw(stored, entry.size);
  } catch (cause) {
    if (!isAppImageError(cause) || cause.code !== 'malformed') throw cause;
    throw malformed(entry, cause.message, cause);
  }
}

/** Passes the content on, and checks at its end what it should have been. */
async function* verify(content: AsyncIterable<Uint8Array>, entry: ZipEntry) {
  let length = 0;
  let checksum = 0;
  for await (const piece of content) {
    length += piece.length;
    checksum = crc32(piece, checksum);
    if (length === entry.size) checkContent(entry, length, checksum);
    yield piece;
  }
  checkContent(entry, length, checksum);
}

function checkReadable(entry: ZipEntry): void {
  const { flags, method } = entry;
  if ((flags & (ZipFlag.encrypted | ZipFlag.strongEncryption)) !== 0) throw unsupported(entry, 'it is encrypted');
  if ((flags & ZipFlag.patchData) !== 0) throw unsupported(entry, 'it is a patch for another file');
  if (method !== ZipMethod.stored && method !== ZipMethod.deflated) {
    throw unsupported(entry, `compression method must be 0 (stored) or 8 (deflated), found ${method}`);
  }
}

/** Readers that trust different headers must not see different files. */
function checkAgreement(local: LocalHeader, entry: ZipEntry): void {
  const what = disagreement(local, entry);
  if (what !== undefined) throw malformed(entry, `its local header must have the ${what} of the central one`);
}

function disagreement(local: LocalHeader, entry: ZipEntry): string | undefined {
  if (compareBytes(local.name, entry.storedName) !== 0) return 'name';
  if (local.method !== entry.method) return 'compression method';
  if (((local.flags ^ entry.flags) & (ZipFlag.encrypted | ZipFlag.patchData)) !== 0) return 'flags';
  const isDescribedLater = (local.flags & ZipFlag.dataDescriptor) !== 0;
  const agrees = (own: number, expected: number) =>
    own === expected || own === IN_ZIP64_32 || (isDescribedLater && own === 0);
  if (!agrees(local.compressedSize, entry.compressedSize)) return 'compressed size';
  if (!agrees(local.uncompressedSize, entry.size)) return 'size';
  return local.crc32 === entry.crc32 || (isDescribedLater && local.crc32 === 0) ? undefined : 'checksum';
}

function checkContent(entry: ZipEntry, length: number, checksum: number): void {
  if (length !== entry.size) throw malformed(entry, `it must have ${entry.size} bytes, found ${length}`);
  if (checksum === entry.crc32) return;
  throw malformed(entry, `its CRC-32 must be 0x${entry.crc32.toString(16)}, found 0x${checksum.toString(16)}`);
}

function malformed(entry: ZipEntry, reason: string, cause?: unknown): AppImageError {
  const path = entry.names.join('/');
  const message = `Cannot read ${JSON.stringify(path)} in the archive: ${reason}`;
  return new AppImageError('malformed', message, { path, offset: entry.headerOffset, cause });
}

function unsupported(entry: ZipEntry, reason: string): AppImageError {
  const path = entry.names.join('/');
  const message = `Cannot read ${JSON.stringify(path)} in the archive: ${reason}`;
  return new AppImageError('unsupported', message, { path, offset: entry.headerOffset });
}
