import { AppImageError } from '../errors.ts';
import { DIGEST_SIZE } from '../hash/hasher.ts';
import { encodeFileName } from '../io/file-name.ts';
import { areHashLengths, isPowerOfTwo, serializeBlockSums } from './block-sums.ts';
import { formatMailDate } from './mail-date.ts';
import { isPlainFileName, type ZsyncControl, zsyncBlockCount } from './zsync-control.ts';

/** zsync 0.6 and what is made of it read lines into 1,024 bytes, with the line's end and a NUL. */
const MAXIMUM_LINE = 1022;

/**
 * Writes a `.zsync` file that every client reads: the headers of old in the order that some clients insist on, then
 * those that they are told to ignore. What the control says of a compressed variant is left out, because the map into
 * it is not kept.
 *
 * @throws AppImageError `malformed` for what no client reads: a line break in a value, a name with a slash, sums that
 *   do not fit the length; `limit` for a line that is too long for zsync 0.6
 */
export function serializeZsync(control: ZsyncControl): Uint8Array {
  checkControl(control);
  const lines = headerLines(control).map(([name, value]) => encodeLine(name, value));
  const table = serializeBlockSums(control.sums, control.hashLengths);
  const headerLength = lines.reduce((sum, line) => sum + line.length, 0);
  const bytes = new Uint8Array(headerLength + 1 + table.length);
  let position = 0;
  for (const line of lines) {
    bytes.set(line, position);
    position += line.length;
  }
  bytes[position] = 0x0a;
  bytes.set(table, position + 1);
  return bytes;
}

function headerLines(control: ZsyncControl): [name: string, value: string][] {
  const { hashLengths, fileName, mtime, sha1, strongHash, otherHeaders } = control;
  const fileHashes = control.fileHashes.map(({ algorithm, digest }) => `${algorithm}:${digest}`);
  const safe = [
    ...(fileHashes.length === 0 ? [] : ['File-Hash']),
    ...otherHeaders.filter((header) => header.safe).map(({ name }) => name),
  ];
  const lines: [string, string | null][] = [
    ['zsync', control.generator],
    ['Filename', fileName],
    ['MTime', mtime === null ? null : formatMailDate(mtime)],
    ['Blocksize', String(control.blockSize)],
    ['Length', String(control.length)],
    ['Hash-Lengths', `${hashLengths.sequentialMatches},${hashLengths.weak},${hashLengths.strong}`],
    ...control.urls.map((url): [string, string] => ['URL', url]),
    ['SHA-1', sha1],
    // No client before 0.8 could use the sums of another hash, so the header must stop them: it is never among the safe
    // ones.
    ['Strong-Hash-Algorithm', strongHash === 'MD4' ? null : strongHash],
    ['Safe', safe.length === 0 ? null : safe.join(',')],
    ...fileHashes.map((value): [string, string] => ['File-Hash', value]),
    ...otherHeaders.map(({ name, value }): [string, string] => [name, value]),
  ];
  return lines.filter((line): line is [string, string] => line[1] !== null);
}

function encodeLine(name: string, value: string): Uint8Array {
  if (/[:\n]/.test(name) || name === '') {
    throw malformed(`expected the name of a header without colon and line break, found ${JSON.stringify(name)}`);
  }
  if (value === '' || value.trim() !== value || /[\r\n\0]/.test(value)) {
    throw malformed(`${name} must be one line without blanks around it, found ${JSON.stringify(value)}`);
  }
  const line = encodeFileName(`${name}: ${value}\n`);
  if (line.length - 1 > MAXIMUM_LINE) {
    throw new AppImageError(
      'limit',
      `Cannot write .zsync file: line of ${name} must have at most ${MAXIMUM_LINE} bytes, found ${line.length - 1}`,
    );
  }
  return line;
}

function checkControl(control: ZsyncControl): void {
  const { generator, fileName, blockSize, length, hashLengths, strongHash, sha1, sums } = control;
  if (generator === '0.0.4') throw malformed('version must not be 0.0.4, whose files have another format');
  if (fileName !== null && !isPlainFileName(fileName)) {
    throw malformed(`file name must be one without directories, found ${JSON.stringify(fileName)}`);
  }
  if (!isPowerOfTwo(blockSize)) throw malformed(`block size must be a power of two, found ${blockSize}`);
  if (!Number.isSafeInteger(length) || length < 1) throw malformed(`length must be 1 byte or more, found ${length}`);
  if (!areHashLengths(hashLengths, DIGEST_SIZE[strongHash])) {
    const { sequentialMatches, weak, strong } = hashLengths;
    const limits = `1 to 2, 1 to 4, 3 to ${DIGEST_SIZE[strongHash]}`;
    throw malformed(`hash lengths must be ${limits}, found ${sequentialMatches}, ${weak}, ${strong}`);
  }
  if (sha1 !== null && !/^[0-9a-f]{40}$/.test(sha1)) {
    throw malformed(`SHA-1 must have 40 hexadecimal digits, found ${JSON.stringify(sha1)}`);
  }
  const count = zsyncBlockCount(control);
  if (sums.weak.length !== count || sums.strong.length !== count * hashLengths.strong) {
    throw malformed(
      `sums must be of ${count} blocks, found ${sums.weak.length} weak ones and ${sums.strong.length} bytes of strong ones`,
    );
  }
}

function malformed(message: string): AppImageError {
  return new AppImageError('malformed', `Cannot write .zsync file: ${message}`);
}
