import { AppImageError } from '../../errors.ts';
import { type ByteSource, checkRange, type ReadOptions } from '../../io/byte-source.ts';
import { decodeFileName } from '../../io/file-name.ts';
import type { Elf } from '../read-elf.ts';
import { DT_STRSZ, DT_STRTAB, type DynamicEntry } from './dynamic-entry.ts';
import { fileOffset } from './file-offset.ts';

/** Far above what any program has. */
const MAXIMUM_SIZE = 64 * 1_048_576;
const MAXIMUM_NAME_LENGTH = 4096;
/** Of all names together, which may overlap in the table. */
const MAXIMUM_LENGTH = 16 * 1_048_576;

/** The strings of the dynamic section, by their offset; each is read when it is asked for. */
export type StringTable = (offset: number | bigint) => Promise<string>;

/** Bytes that hold nearly every name, so that one read is enough. */
const USUAL_NAME_LENGTH = 256;

/**
 * Finds the strings that the dynamic section points at.
 *
 * @throws AppImageError `malformed` where there is none, `out-of-bounds` where it leaves the file, `limit` where it is larger than
 *   any program's; the strings `malformed` where they are not inside
 */
export function findStringTable(
  source: ByteSource,
  elf: Elf,
  entries: readonly DynamicEntry[],
  options?: ReadOptions,
): StringTable {
  const address = entries.find(({ tag }) => tag === DT_STRTAB)?.value;
  const stated = entries.find(({ tag }) => tag === DT_STRSZ)?.value;
  if (address === undefined || stated === undefined) throw malformed('names must come with a string table');
  if (stated > BigInt(MAXIMUM_SIZE)) {
    const what = `it must be at most ${MAXIMUM_SIZE} bytes, found ${stated}`;
    throw new AppImageError('limit', `Cannot read ELF string table: ${what}`);
  }
  const start = fileOffset(elf, address);
  const size = Number(stated);
  checkRange(start, size, source.size, 'Cannot read ELF string table');
  let budget = MAXIMUM_LENGTH;
  return async (offset) => {
    if (offset >= size) throw malformed(`a name must start within ${size} bytes, found ${offset}`);
    const at = Number(offset);
    for (const length of [USUAL_NAME_LENGTH, MAXIMUM_NAME_LENGTH]) {
      const rest = await source.read(start + at, Math.min(length, size - at), options);
      const end = rest.indexOf(0);
      if (end < 0) continue;
      budget -= end;
      if (budget < 0) throw tooLong();
      return decodeFileName(rest.subarray(0, end));
    }
    throw malformed(`a name must end with a NUL byte within ${MAXIMUM_NAME_LENGTH} bytes`);
  };
}

function tooLong(): AppImageError {
  const what = `all names together must have at most ${MAXIMUM_LENGTH} bytes, found more`;
  return new AppImageError('limit', `Cannot read the dynamic section of an ELF file: ${what}`);
}

function malformed(message: string): AppImageError {
  return new AppImageError('malformed', `Cannot read the dynamic section of an ELF file: ${message}`);
}
