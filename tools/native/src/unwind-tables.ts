/**
 * The libraries of the distribution come with tables for unwinding the stack, which C++ and debuggers want. Nothing here
 * reads them, and they would be a tenth of the program; the linker has no option that leaves them out. It does leave out
 * what is marked as excluded.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { sectionHeaders } from './elf-file.ts';

const ARCHIVE_MAGIC = '!<arch>\n';
const MEMBER_HEADER_SIZE = 60;
const SIZE_FIELD = { offset: 48, length: 10 } as const;
const FLAG_EXCLUDE = 0x80000000;
const TABLES = new Set(['.eh_frame', '.ARM.exidx', '.ARM.extab']);

/**
 * Copies a static library, all of whose unwind tables are marked as to be left out.
 *
 * @throws Error when the file is no archive
 */
export function copyWithoutUnwindTables(archive: string, copy: string): void {
  const bytes = readFileSync(archive);
  if (bytes.toString('latin1', 0, ARCHIVE_MAGIC.length) !== ARCHIVE_MAGIC) {
    throw new Error(`Cannot link ${archive}: it is no static library`);
  }
  let at = ARCHIVE_MAGIC.length;
  while (at + MEMBER_HEADER_SIZE <= bytes.length) {
    const size = Number(bytes.toString('latin1', at + SIZE_FIELD.offset, at + SIZE_FIELD.offset + SIZE_FIELD.length));
    if (!Number.isSafeInteger(size)) throw new Error(`Cannot link ${archive}: the header at ${at} is damaged`);
    const start = at + MEMBER_HEADER_SIZE;
    excludeTables(bytes.subarray(start, start + size));
    // Members begin at even positions.
    at = start + size + (size % 2);
  }
  writeFileSync(copy, bytes);
}

function excludeTables(object: Buffer): void {
  if (object.toString('latin1', 0, 4) !== '\x7fELF') return;
  for (const { name, flagsAt } of sectionHeaders(object)) {
    const isTable = TABLES.has(name) || name.startsWith('.ARM.exidx.') || name.startsWith('.ARM.extab.');
    if (isTable) object.writeUInt32LE((object.readUInt32LE(flagsAt) | FLAG_EXCLUDE) >>> 0, flagsAt);
  }
}
