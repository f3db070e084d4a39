import { AppImageError } from '../../errors.ts';
import type { ImageLimits } from '../../filesystem/image-limits.ts';
import type { FileIdentity, ListedFile } from '../../filesystem/listed-tree.ts';
import { limitReached } from '../../filesystem/path-errors.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import { decodeFileName } from '../../io/file-name.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import { PieceReader } from './piece-reader.ts';
import { parseTarHeader, TAR_BLOCK_SIZE, type TarHeader, TarType } from './tar-header.ts';

/** As long as a path may be on Linux. */
const MAXIMUM_PATH_LENGTH = 4096;

/** Parts below this length are not worth a hole. */
const SMALLEST_HOLE = 4096;

/** A file of the archive, whose content is in the sink. */
export interface UnpackedFile extends ListedFile {
  /** Of the content in the sink. */
  readonly offset: number;
  /** Of symlinks. */
  readonly target: string;
}

/** Where an archive is unpacked to, and what it may ask for. */
export interface UnpackTarOptions {
  readonly sink: ByteSink;
  readonly limits: Required<ImageLimits>;
  /** Bytes of all contents together. */
  readonly maximumLength: number;
}

/** A file that hard links may be of. */
interface LinkedFile extends UnpackedFile {
  readonly identity: FileIdentity;
}

/**
 * Unpacks a tar archive of the GNU form: contents go into the sink one behind the other, zeros as holes; all else is answered.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when it is no such archive, has names that lead out of it or hard
 *   links to nothing; `unsupported` for other kinds of entries; `limit`. `pieces` is ended then, before its own end.
 */
export async function unpackTar(pieces: AsyncIterable<Uint8Array>, options: UnpackTarOptions): Promise<UnpackedFile[]> {
  const reader = new PieceReader(pieces, 'unpacked image');
  try {
    return await unpackEntries(reader, options);
  } finally {
    await reader.close();
  }
}

async function unpackEntries(reader: PieceReader, options: UnpackTarOptions): Promise<UnpackedFile[]> {
  const files: UnpackedFile[] = [];
  const linked = new Map<string, LinkedFile>();
  let offset = 0;
  let lastByte: Uint8Array = new Uint8Array(1);
  for (let entry = await readEntry(reader); entry !== undefined; entry = await readEntry(reader)) {
    const { header, name } = entry;
    const names = namesOf(name, reader.position);
    const path = names.join('/');
    if (files.length >= options.limits.entries) throw limitReached('entries', options.limits.entries, path);
    const isFile = header.type === TarType.file;
    if (!isFile && header.size !== 0)
      throw malformed(`only a file may have a content, found one of ${path}`, reader.position);
    if (offset + header.size > options.maximumLength) {
      throw limitReached('bytes of contents', options.maximumLength, path);
    }
    const file = header.type === TarType.hardLink ? hardLink(names, entry, linked) : fileOf(names, entry, offset);
    if (isFile) {
      linked.set(path, file as LinkedFile);
      lastByte = (await copyContent(reader, header.size, options.sink, offset)) ?? lastByte;
      offset += header.size;
    }
    files.push(file);
  }
  await reader.drain();
  // Of a hole at the very end a file knows nothing.
  if (offset > 0) await options.sink.write(offset - 1, lastByte);
  return files;
}

/** A header with the names that came in entries of their own before it. */
interface TarEntry {
  readonly header: TarHeader;
  readonly name: Uint8Array;
  readonly target: Uint8Array;
}

async function readEntry(reader: PieceReader): Promise<TarEntry | undefined> {
  let name: Uint8Array | undefined;
  let target: Uint8Array | undefined;
  while (true) {
    const base = reader.position;
    const header = parseTarHeader(await reader.take(TAR_BLOCK_SIZE), base);
    if (header === undefined) return undefined;
    if (header.type !== TarType.longName && header.type !== TarType.longTarget) {
      return { header, name: name ?? header.name, target: target ?? header.target };
    }
    if (header.size > MAXIMUM_PATH_LENGTH) {
      throw malformed(`name must have at most ${MAXIMUM_PATH_LENGTH} bytes, found ${header.size}`, base);
    }
    const bytes = await reader.take(paddedLength(header.size));
    const end = bytes.indexOf(0);
    const text = bytes.subarray(0, end < 0 ? header.size : Math.min(end, header.size));
    if (header.type === TarType.longName) name = text;
    else target = text;
  }
}

/** The names that lead to an entry; empty ones and "." are passed over. */
function namesOf(name: Uint8Array, offset: number): string[] {
  const text = decodeFileName(name);
  const names = text.split('/').filter((part) => part !== '' && part !== '.');
  if (names.includes('..')) throw malformed(`name must not lead out, found ${JSON.stringify(text)}`, offset);
  return names;
}

function fileOf(names: readonly string[], { header, target }: TarEntry, offset: number): UnpackedFile {
  const { mode, uid, gid, mtime, size, type } = header;
  const common = { names, mode: mode & 0o7777, uid, gid, mtime, size, offset, target: '' };
  const device = { major: header.deviceMajor, minor: header.deviceMinor };
  switch (type) {
    case TarType.file:
      return { ...common, type: 'file', identity: { inode: 0, links: 0 } };
    case TarType.directory:
      return { ...common, type: 'directory' };
    case TarType.symlink:
      return { ...common, type: 'symlink', size: target.length, target: decodeFileName(target) };
    case TarType.characterDevice:
      return { ...common, type: 'character-device', device };
    case TarType.blockDevice:
      return { ...common, type: 'block-device', device };
    case TarType.fifo:
      return { ...common, type: 'fifo' };
    default:
      throw new AppImageError(
        'unsupported',
        `Cannot read unpacked image: type of ${JSON.stringify(names.join('/'))} must be known, found ${JSON.stringify(type)}`,
      );
  }
}

function hardLink(
  names: readonly string[],
  { target }: TarEntry,
  linked: ReadonlyMap<string, LinkedFile>,
): UnpackedFile {
  const original = decodeFileName(target);
  const path = original.split('/').filter((part) => part !== '' && part !== '.');
  const file = linked.get(path.join('/'));
  if (file !== undefined) return { ...file, names };
  throw malformed(`hard link must be of a file before it, found one of ${JSON.stringify(original)}`);
}

/** Answers the last byte; undefined for an empty file. */
async function copyContent(reader: PieceReader, size: number, sink: ByteSink, offset: number) {
  let position = offset;
  let lastByte: Uint8Array | undefined;
  for await (const part of reader.parts(size)) {
    if (part.length < SMALLEST_HOLE || !isAllZeros(part)) await sink.write(position, part);
    position += part.length;
    lastByte = part.slice(-1);
  }
  await reader.take(paddedLength(size) - size);
  return lastByte;
}

function paddedLength(size: number): number {
  return Math.ceil(size / TAR_BLOCK_SIZE) * TAR_BLOCK_SIZE;
}

function malformed(reason: string, offset?: number): AppImageError {
  return new AppImageError(
    'malformed',
    `Cannot read unpacked image: ${reason}`,
    offset === undefined ? {} : { offset },
  );
}
