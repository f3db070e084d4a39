/*
 * Writes a small archive in one piece, as it is to stand at some place of a file: its offsets count from that file's start, as
 * `zip -A` leaves them, so that whoever opens the file as an archive finds the entries.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3 and 4.5.3.
 */
import { concatBytes } from '../../io/concat-bytes.ts';
import { crc32 } from '../../io/crc32.ts';
import { encodeFileName } from '../../io/file-name.ts';
import { RecordWriter } from '../../io/record-writer.ts';
import { serializeCentralHeader } from '../central-header.ts';
import { IN_ZIP64_16, IN_ZIP64_32, serializeEndRecord } from '../end-record.ts';
import { ExtraFieldId, serializeExtraField } from '../extra-field.ts';
import { ZipFlag, ZipMethod } from '../general-flags.ts';
import { serializeLocalHeader } from '../local-header.ts';
import { serializeZip64EndLocator } from '../zip64-end-locator.ts';
import { serializeZip64EndRecord, ZIP64_END_RECORD_SIZE } from '../zip64-end-record.ts';
import { deflateRaw } from './deflate-raw.ts';

/** A file of an archive. */
export interface ZipInput {
  /** With slashes, without one at its start; bytes that are not UTF-8 as `decodeFileName` makes them. */
  readonly path: string;
  readonly content: Uint8Array;
  /** `deflated` is stored too where that is not longer. */
  readonly method: keyof typeof ZipMethod;
}

/** Options of {@link writeZip}. */
export interface WriteZipOptions {
  /** Where the archive will begin in its file. Default: 0. */
  readonly offset?: number;
  /** Makes a raw deflate stream. Default: that of the web platform. */
  readonly deflate?: (content: Uint8Array) => Promise<Uint8Array>;
}

const MADE_ON_UNIX = 3 * 256;
const VERSION = 20;
const VERSION_OF_ZIP64 = 45;
const MODE_OF_FILES = 0o100644;
/** 1980-01-01, which is as far back as the format goes. */
const FIRST_DATE = 0x0021;

const NOTHING = new Uint8Array(0);

/**
 * Writes an archive. The same entries, offset and `deflate` give the same bytes: all times are 1980-01-01, all modes 0644.
 *
 * @throws RangeError for paths that are empty, longer than 65,535 bytes or twice there, for more than 65,534 entries, and for
 *   contents of 4 GiB and more
 */
export async function writeZip(inputs: readonly ZipInput[], options: WriteZipOptions = {}): Promise<Uint8Array> {
  const { offset = 0, deflate = deflateRaw } = options;
  checkInputs(inputs, offset);
  const parts: Uint8Array[] = [];
  const headers: Uint8Array[] = [];
  let end = offset;
  for (const input of inputs) {
    const entry = await packEntry(input, deflate);
    headers.push(centralHeader(entry, end));
    const local = serializeLocalHeader({ ...entry.common, extraLength: 0 });
    parts.push(local, entry.data);
    end += local.length + entry.data.length;
  }
  const directory = concatBytes(headers);
  return concatBytes([...parts, directory, endOfArchive(inputs.length, { start: end, size: directory.length })]);
}

function checkInputs(inputs: readonly ZipInput[], offset: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalid(`offset must be a number of bytes, found ${offset}`);
  if (inputs.length >= IN_ZIP64_16) throw invalid(`there must be at most 65534 entries, found ${inputs.length}`);
  const paths = new Set<string>();
  for (const { path, content } of inputs) {
    const length = encodeFileName(path).length;
    const names = path.split('/');
    if (length > 65_535 || names.some((name) => name === '' || name === '.' || name === '..')) {
      throw invalid(`path must be names with slashes between, found ${JSON.stringify(path.slice(0, 100))}`);
    }
    if (paths.has(path)) throw invalid(`each path must be there once, found ${JSON.stringify(path)} again`);
    if (content.length >= IN_ZIP64_32) throw invalid(`content must be below 4 GiB, found ${content.length} bytes`);
    paths.add(path);
  }
}

type PackedEntry = Awaited<ReturnType<typeof packEntry>>;

async function packEntry({ path, content, method }: ZipInput, deflate: NonNullable<WriteZipOptions['deflate']>) {
  const packed = method === 'deflated' ? await deflate(content) : content;
  const isPacked = packed.length < content.length;
  const name = encodeFileName(path);
  const common = {
    versionNeeded: VERSION,
    flags: isAscii(name) ? 0 : ZipFlag.utf8,
    method: isPacked ? ZipMethod.deflated : ZipMethod.stored,
    dosTime: 0,
    dosDate: FIRST_DATE,
    crc32: crc32(content),
    compressedSize: isPacked ? packed.length : content.length,
    uncompressedSize: content.length,
    name,
  };
  return { common, data: isPacked ? packed : content };
}

function centralHeader({ common }: PackedEntry, offset: number): Uint8Array {
  const isFar = offset >= IN_ZIP64_32;
  return serializeCentralHeader({
    ...common,
    versionMadeBy: MADE_ON_UNIX + (isFar ? VERSION_OF_ZIP64 : VERSION),
    versionNeeded: isFar ? VERSION_OF_ZIP64 : VERSION,
    disk: 0,
    internalAttributes: 0,
    externalAttributes: MODE_OF_FILES * 65_536,
    localHeaderOffset: Math.min(offset, IN_ZIP64_32),
    extra: isFar ? serializeExtraField(ExtraFieldId.zip64, new RecordWriter(8).uint64(offset).bytes) : NOTHING,
    comment: NOTHING,
  });
}

/** The end record, after one of 64 bits where the directory is too far for its field. */
function endOfArchive(count: number, directory: { readonly start: number; readonly size: number }): Uint8Array {
  const { start, size } = directory;
  const disks = { disk: 0, directoryDisk: 0 };
  const counts = { entriesOnDisk: count, entryCount: count };
  const end = serializeEndRecord({
    ...disks,
    ...counts,
    directorySize: size,
    directoryOffset: Math.min(start, IN_ZIP64_32),
    commentLength: 0,
  });
  if (start < IN_ZIP64_32) return end;
  const record = serializeZip64EndRecord({
    size: ZIP64_END_RECORD_SIZE,
    versionMadeBy: MADE_ON_UNIX + VERSION_OF_ZIP64,
    versionNeeded: VERSION_OF_ZIP64,
    ...disks,
    ...counts,
    directorySize: size,
    directoryOffset: start,
  });
  const locator = serializeZip64EndLocator({ recordDisk: 0, recordOffset: start + size, diskCount: 1 });
  return concatBytes([record, locator, end]);
}

function isAscii(name: Uint8Array): boolean {
  return name.every((byte) => byte < 0x80);
}

function invalid(reason: string): RangeError {
  return new RangeError(`Cannot write ZIP archive: ${reason}`);
}
