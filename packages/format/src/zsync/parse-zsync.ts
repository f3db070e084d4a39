import { AppImageError } from '../errors.ts';
import { DIGEST_SIZE } from '../hash/hasher.ts';
import {
  areHashLengths,
  type BlockSums,
  blockSumsRecordSize,
  isPowerOfTwo,
  parseBlockSums,
  type ZsyncHashLengths,
} from './block-sums.ts';
import { malformedZsync, parseCount, parseHeaderSection, quoteStart, type RawHeader } from './header-section.ts';
import { parseMailDate } from './mail-date.ts';
import {
  isPlainFileName,
  STRONG_HASHES,
  type StrongHashName,
  type ZsyncCompressed,
  type ZsyncControl,
  type ZsyncFileHash,
  type ZsyncHeader,
  zsyncBlockCount,
} from './zsync-control.ts';

/** Limits on what a control file may ask for; beyond them is an error with the code `limit`. */
export interface ZsyncLimits {
  /** Bytes of all headers, without the binary map that old files have among them. Default 65,536. */
  readonly headerLength?: number;
  /** Bytes of a block of the target. Default 16 MiB. */
  readonly blockSize?: number;
}

/** Options of {@link parseZsync}. */
export interface ParseZsyncOptions {
  readonly limits?: ZsyncLimits;
  /**
   * What becomes of a file with headers that are not known and not marked as safe to ignore. All versions of zsync
   * `refuse` it (the default): such a header says that older clients would go wrong.
   */
  readonly unknownHeaders?: 'refuse' | 'keep';
}

const DEFAULT_LIMITS: Required<ZsyncLimits> = { headerLength: 65_536, blockSize: 16 * 1_048_576 };

const SINGLE = [
  'zsync',
  'Filename',
  'MTime',
  'Blocksize',
  'Length',
  'Hash-Lengths',
  'SHA-1',
  'Strong-Hash-Algorithm',
  'Z-Filename',
  'Recompress',
  'Z-Map2',
] as const;
const REPEATED = ['URL', 'Z-URL', 'File-Hash', 'Safe'] as const;
/** Means nothing since versions are no longer compared as text. */
const IGNORED = 'Min-Version';

const KNOWN: ReadonlySet<string> = new Set([...SINGLE, ...REPEATED, IGNORED]);

/** Digits of the hashes whose length is known. */
const FILE_HASH_DIGITS: ReadonlyMap<string, number> = new Map([
  ['SHA-1', 40],
  ['SHA-256', 64],
]);

/** Headers by name. */
interface Headers {
  single(name: (typeof SINGLE)[number]): RawHeader | undefined;
  all(name: (typeof REPEATED)[number]): readonly RawHeader[];
}

/**
 * Parses a whole `.zsync` file of any version since 0.0.5. Headers may come in any order, as `zsyncmake2` writes them;
 * bytes behind the sums are ignored.
 *
 * @throws AppImageError `malformed` when it breaks the format's rules; `unsupported` for version 0.0.4, for headers or
 *   a hash of a later version; `limit` beyond `limits`
 */
export function parseZsync(bytes: Uint8Array, options: ParseZsyncOptions = {}): ZsyncControl {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { headers: raw, end } = parseHeaderSection(bytes, limits.headerLength);
  const headers = indexHeaders(raw);
  const otherHeaders = readOtherHeaders(raw, headers);
  const stranger = otherHeaders.find(({ safe }) => !safe);
  const generator = readGenerator(headers);
  if (stranger !== undefined && options.unknownHeaders !== 'keep') {
    throw unsupported(`header ${quoteStart(stranger.name)} is not known, and not marked as safe to ignore`);
  }
  const strongHash = readStrongHash(headers);
  const control = {
    generator,
    fileName: readFileName(headers, 'Filename'),
    mtime: parseMailDate(headers.single('MTime')?.value ?? ''),
    blockSize: readBlockSize(headers, limits.blockSize),
    length: readLength(headers),
    hashLengths: readHashLengths(headers, strongHash),
    strongHash,
    urls: headers.all('URL').map(({ value }) => value),
    sha1: readSha1(headers),
    fileHashes: headers.all('File-Hash').map(readFileHash),
    compressed: readCompressed(headers),
    otherHeaders,
  };
  return { ...control, sums: readSums(bytes, end, control) };
}

function indexHeaders(raw: readonly RawHeader[]): Headers {
  const groups = Map.groupBy(raw, ({ name }) => name);
  for (const name of SINGLE) {
    const [, second] = groups.get(name) ?? [];
    if (second !== undefined) throw malformedZsync(`expected one header ${name}, found another`, second.offset);
  }
  return { single: (name) => groups.get(name)?.[0], all: (name) => groups.get(name) ?? [] };
}

/** `Safe` is a list by spaces or commas, and in 0.6 any text in which the name is found. */
function readOtherHeaders(raw: readonly RawHeader[], headers: Headers): ZsyncHeader[] {
  const safe = headers.all('Safe').map(({ value }) => value);
  return raw
    .filter(({ name }) => !KNOWN.has(name))
    .map(({ name, value }) => ({ name, value, safe: safe.some((list) => list.includes(name)) }));
}

function readGenerator(headers: Headers): string {
  const header = headers.single('zsync');
  if (header === undefined) throw malformedZsync('expected a header zsync, found none', 0);
  if (header.value === '0.0.4') throw unsupported('files of version 0.0.4 have another format');
  return header.value;
}

function readFileName(headers: Headers, name: 'Filename' | 'Z-Filename'): string | null {
  const header = headers.single(name);
  if (header === undefined) return null;
  if (!isPlainFileName(header.value)) {
    throw malformedZsync(
      `${name} must be a name without directories, found ${quoteStart(header.value)}`,
      header.offset,
    );
  }
  return header.value;
}

function readLength(headers: Headers): number {
  const { value, offset } = required(headers, 'Length');
  const length = parseCount(value);
  if (!(length > 0)) {
    throw malformedZsync(`Length must be a number of bytes from 1 to 2^53 - 1, found ${quoteStart(value)}`, offset);
  }
  return length;
}

function readBlockSize(headers: Headers, maximum: number): number {
  const { value, offset } = required(headers, 'Blocksize');
  const blockSize = parseCount(value);
  if (!isPowerOfTwo(blockSize)) {
    throw malformedZsync(`Blocksize must be a power of two, found ${quoteStart(value)}`, offset);
  }
  if (blockSize > maximum) {
    throw new AppImageError(
      'limit',
      `Cannot parse .zsync file: Blocksize must be at most ${maximum} bytes, found ${blockSize}`,
      { offset },
    );
  }
  return blockSize;
}

function readStrongHash(headers: Headers): StrongHashName {
  const value = headers.single('Strong-Hash-Algorithm')?.value ?? 'MD4';
  const known = STRONG_HASHES.find((name) => name === value);
  if (known === undefined) {
    throw unsupported(`Strong-Hash-Algorithm must be one of ${STRONG_HASHES.join(', ')}, found ${quoteStart(value)}`);
  }
  return known;
}

function readHashLengths(headers: Headers, strongHash: StrongHashName): ZsyncHashLengths {
  const header = headers.single('Hash-Lengths');
  const wholeHash = DIGEST_SIZE[strongHash];
  if (header === undefined) return { sequentialMatches: 1, weak: 4, strong: wholeHash };
  const parts = header.value.split(',').map((part) => parseCount(part.trim()));
  const [sequentialMatches = Number.NaN, weak = Number.NaN, strong = Number.NaN] = parts;
  const lengths = { sequentialMatches, weak, strong };
  if (parts.length !== 3 || !areHashLengths(lengths, wholeHash)) {
    throw malformedZsync(
      `Hash-Lengths must be "1 to 2,1 to 4,3 to ${wholeHash}", found ${quoteStart(header.value)}`,
      header.offset,
    );
  }
  return lengths;
}

function readSha1(headers: Headers): string | null {
  const header = headers.single('SHA-1');
  if (header === undefined) return null;
  checkDigits(header.value, 40, 'SHA-1', header.offset);
  return header.value.toLowerCase();
}

function readFileHash({ value, offset }: RawHeader): ZsyncFileHash {
  const [, algorithm, digest] = /^([^:]+):([0-9a-f]+)$/i.exec(value) ?? [];
  if (algorithm === undefined || digest === undefined) {
    throw malformedZsync(`File-Hash must be "algorithm:hexadecimal digits", found ${quoteStart(value)}`, offset);
  }
  const digits = FILE_HASH_DIGITS.get(algorithm);
  if (digits !== undefined) checkDigits(digest, digits, `File-Hash of ${algorithm}`, offset);
  return { algorithm, digest: digest.toLowerCase() };
}

function checkDigits(value: string, digits: number, what: string, offset: number): void {
  if (value.length === digits && /^[0-9a-f]+$/i.test(value)) return;
  throw malformedZsync(`${what} must have ${digits} hexadecimal digits, found ${quoteStart(value)}`, offset);
}

function readCompressed(headers: Headers): ZsyncCompressed | null {
  const urls = headers.all('Z-URL').map(({ value }) => value);
  const fileName = readFileName(headers, 'Z-Filename');
  const recompress = headers.single('Recompress')?.value ?? null;
  return urls.length === 0 && fileName === null && recompress === null ? null : { urls, fileName, recompress };
}

function readSums(
  bytes: Uint8Array,
  offset: number,
  control: Pick<ZsyncControl, 'length' | 'blockSize' | 'hashLengths'>,
): BlockSums {
  const count = zsyncBlockCount(control);
  const expected = count * blockSumsRecordSize(control.hashLengths);
  const table = bytes.subarray(offset);
  if (!(expected <= table.length)) {
    throw malformedZsync(`expected ${expected} bytes of sums for ${count} blocks, found ${table.length} bytes`, offset);
  }
  return parseBlockSums(table.subarray(0, expected), count, control.hashLengths);
}

function required(headers: Headers, name: 'Length' | 'Blocksize'): RawHeader {
  const header = headers.single(name);
  if (header === undefined) throw malformedZsync(`expected a header ${name}, found none`, 0);
  return header;
}

function unsupported(message: string): AppImageError {
  return new AppImageError('unsupported', `Cannot parse .zsync file: ${message}`);
}
