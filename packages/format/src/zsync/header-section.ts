/*
 * The headers of a control file: lines "Name: value", ended by LF, up to an empty line. One of them, Z-Map2, is
 * followed by bytes that are no text. Source: zsync specification, "Headers",
 * https://github.com/cph6/zsync/blob/master/SPEC.md.
 */
import { AppImageError } from '../errors.ts';
import { decodeFileName } from '../io/file-name.ts';

/** A header as it is written. */
export interface RawHeader {
  readonly name: string;
  readonly value: string;
  /** Of the line in the file. */
  readonly offset: number;
}

/** The headers, and where the sums begin. */
export interface HeaderSection {
  readonly headers: readonly RawHeader[];
  readonly end: number;
}

const LF = 0x0a;
const LINE = /^([^:]+): +(.*)$/s;
/** Bytes of an entry of the map into compressed data. */
const MAP_ENTRY_SIZE = 4;

/**
 * Splits the headers from the sums.
 *
 * @throws AppImageError `malformed` when a line is no header or the section does not end, `limit` when it has more text
 *   than `maximumLength` bytes
 */
export function parseHeaderSection(bytes: Uint8Array, maximumLength: number): HeaderSection {
  const headers: RawHeader[] = [];
  let limit = maximumLength;
  for (let offset = 0; ; ) {
    const lineEnd = bytes.subarray(0, limit).indexOf(LF, offset);
    if (lineEnd < 0) throw bytes.length > limit ? tooLong(maximumLength) : unended(offset);
    const line = decodeFileName(bytes.subarray(offset, lineEnd)).replace(/[\r ]+$/, '');
    if (line === '') return { headers, end: lineEnd + 1 };
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw malformedZsync(`expected a line "Name: value", found ${quoteStart(line)}`, offset);
    }
    headers.push({ name, value, offset });
    offset = lineEnd + 1;
    if (name !== 'Z-Map2') continue;
    const length = mapLength(value, bytes.length - offset, offset);
    offset += length;
    limit += length;
  }
}

/** Bytes of the map that follows a `Z-Map2` header. */
function mapLength(value: string, available: number, offset: number): number {
  const length = parseCount(value) * MAP_ENTRY_SIZE;
  if (!(length <= available)) {
    throw malformedZsync(`Z-Map2 must have entries within ${available} bytes, found ${quoteStart(value)}`, offset);
  }
  return length;
}

function tooLong(maximumLength: number): AppImageError {
  return new AppImageError('limit', `Cannot parse .zsync file: headers must end within ${maximumLength} bytes`);
}

function unended(offset: number): AppImageError {
  return malformedZsync('expected an empty line behind the headers, found the end of the file', offset);
}

/** A decimal number; NaN for anything else, and for what is beyond 2^53 - 1. */
export function parseCount(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Text from a file as messages show it. */
export function quoteStart(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

/** The error for a control file that breaks the format's rules. */
export function malformedZsync(message: string, offset?: number): AppImageError {
  return new AppImageError('malformed', `Cannot parse .zsync file: ${message}`, offset === undefined ? {} : { offset });
}
