import { crc32 } from 'node:zlib';

/** What a stream of one block is made of; each field that is not there is what it should be. */
export interface XzParts {
  readonly content: Uint8Array;
  readonly streamFlags?: readonly number[];
  /** Without the filters' number. */
  readonly blockFlags?: number;
  readonly compressedSize?: number;
  readonly contentSize?: number;
  /** Each with its id, the size of its properties, and those. */
  readonly filters?: readonly (readonly number[])[];
  readonly headerPadding?: number;
  /** LZMA2 data, with its end. */
  readonly data?: Uint8Array;
  readonly blockPadding?: number;
  readonly check?: Uint8Array;
  readonly indexIndicator?: number;
  readonly recordCount?: number;
  readonly recordUnpaddedSize?: number;
  readonly recordContentSize?: number;
  readonly indexPadding?: number;
  readonly indexSize?: number;
  readonly footerFlags?: readonly number[];
}

/** LZMA2 with 8 MiB of dictionary. */
export const LZMA2: readonly number[] = [0x21, 1, 22];

/** A chunk that is stored as it is, with the byte that says whether the dictionary is new. */
export function storedChunk(content: Uint8Array, control = 1): Uint8Array {
  return Uint8Array.from([control, (content.length - 1) >> 8, (content.length - 1) & 0xff, ...content]);
}

/** A whole .xz stream. */
export function makeXz(parts: XzParts): Uint8Array {
  const { content, streamFlags = [0, 1], filters = [LZMA2], data = join(storedChunk(content), [0]) } = parts;
  const header = makeBlockHeader(parts, filters);
  const check = parts.check ?? littleEndian(crc32(content));
  const block = join(header, padded(data, 4, parts.blockPadding), check);
  const index = makeIndex(parts, header.length + data.length + check.length);
  const backwardSize = littleEndian((parts.indexSize ?? index.length) / 4 - 1);
  const footer = join(backwardSize, parts.footerFlags ?? streamFlags);
  return join(
    [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
    join(streamFlags, littleEndian(crc32(Uint8Array.from(streamFlags)))),
    block,
    index,
    join(littleEndian(crc32(footer)), footer, [0x59, 0x5a]),
  );
}

function makeBlockHeader(parts: XzParts, filters: readonly (readonly number[])[]): Uint8Array {
  const { blockFlags = 0, compressedSize, contentSize } = parts;
  const present = (compressedSize === undefined ? 0 : 0x40) | (contentSize === undefined ? 0 : 0x80);
  const fields = join(
    [0, blockFlags | present | (filters.length - 1)],
    compressedSize === undefined ? [] : multibyte(compressedSize),
    contentSize === undefined ? [] : multibyte(contentSize),
    ...filters,
  );
  const header = padded(fields, 4, parts.headerPadding);
  header[0] = header.length / 4;
  return join(header, littleEndian(crc32(header)));
}

function makeIndex(parts: XzParts, unpaddedSize: number): Uint8Array {
  const fields = join(
    [parts.indexIndicator ?? 0],
    multibyte(parts.recordCount ?? 1),
    multibyte(parts.recordUnpaddedSize ?? unpaddedSize),
    multibyte(parts.recordContentSize ?? parts.content.length),
  );
  const index = padded(fields, 4, parts.indexPadding);
  return join(index, littleEndian(crc32(index)));
}

/** A number in 7 bits a byte. */
export function multibyte(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...multibyte(Math.floor(value / 128))];
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function padded(bytes: Uint8Array, multiple: number, padding = 0): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / multiple) * multiple).fill(padding);
  result.set(bytes);
  return result;
}

/** All in one. */
export function join(...pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
