import { AppImageError } from '../errors.ts';
import { decodeFileName } from '../io/file-name.ts';
import { RecordReader } from '../io/record-reader.ts';
import type { CentralHeader } from './central-header.ts';
import { crc32 } from './crc32.ts';
import { ExtraFieldId, findExtraField } from './extra-field.ts';

/** As long as a path may be on Linux, without the NUL at its end. */
const MAXIMUM_PATH_LENGTH = 4095;

const UNICODE_PATH_VERSION = 1;

/** Systems, by the upper byte of `version made by`, whose own separator is a backslash: FAT, NTFS, VFAT. */
const BACKSLASH_SYSTEMS: readonly number[] = [0, 10, 14];

/** Where an entry is in the tree. */
export interface EntryName {
  /** The names from the root on; none for the root itself. */
  readonly names: readonly string[];
  /** Whether the name ends in a separator, which only directories do. */
  readonly isDirectory: boolean;
}

/**
 * The names that lead to an entry. Bytes that are not UTF-8 are kept, whatever the header says of them: see `decodeFileName`.
 * Empty names and "." are passed over. Backslashes separate where the archive comes from a system on which they do.
 *
 * @throws AppImageError `malformed` for a name that leads out of the tree: absolute, with a drive or with ".."; for NUL; for
 *   a name that is empty or has more than 4,095 bytes
 */
export function entryName(header: CentralHeader): EntryName {
  const bytes = unicodePath(header) ?? header.name;
  if (bytes.length === 0 || bytes.length > MAXIMUM_PATH_LENGTH) {
    throw new AppImageError(
      'malformed',
      `Cannot parse ZIP entry: name must have 1 to ${MAXIMUM_PATH_LENGTH} bytes, found ${bytes.length}`,
    );
  }
  const isFromWindows = BACKSLASH_SYSTEMS.includes(header.versionMadeBy >>> 8);
  const text = decodeFileName(bytes);
  const path = isFromWindows ? text.replaceAll('\\', '/') : text;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const leadsOut = path.startsWith('/') || names.includes('..') || (isFromWindows && /^[A-Za-z]:/.test(path));
  if (leadsOut || path.includes('\0')) {
    throw new AppImageError(
      'malformed',
      `Cannot parse ZIP entry: name must be relative, without ".." and NUL, found ${JSON.stringify(text)}`,
      { path: text },
    );
  }
  return { names, isDirectory: path.endsWith('/') };
}

/** The name in UTF-8 that stands beside one in an older encoding; it holds only for the very name that it was made for. */
function unicodePath({ name, extra }: CentralHeader): Uint8Array | undefined {
  const field = findExtraField(extra, ExtraFieldId.unicodePath);
  if (field === undefined || field.length < 5) return undefined;
  const record = new RecordReader(field, { what: 'ZIP field of a Unicode path' });
  if (record.uint8() !== UNICODE_PATH_VERSION) return undefined; //  0  version
  if (record.uint32() !== crc32(name)) return undefined; //          1  NameCRC32
  return record.bytes(record.remaining); //                          5  UnicodeName
}
