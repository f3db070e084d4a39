import { AppImageError } from '../../errors.ts';
import { decodeFileName } from '../../io/file-name.ts';
import type { DirectoryRecord } from '../directory-record.ts';
import { decodeWide } from '../volume-descriptor.ts';

/** What Linux accepts as one name. */
const MAXIMUM_NAME_LENGTH = 255;

/** How the identifiers of a tree are to be read. */
export type Naming = 'rock-ridge' | 'joliet' | 'plain';

/**
 * The name of a file: that of Rock Ridge where it has one, else its identifier without version.
 *
 * @param pieces the name that its system use entries give
 * @throws AppImageError `malformed` for names that are empty, ".", "..", contain "/" or NUL, or are too long
 */
export function nodeName(
  { identifier, systemUseOffset }: DirectoryRecord,
  pieces: readonly Uint8Array[],
  naming: Naming,
): string {
  const name = rockRidgeName(pieces) ?? identifierName(identifier, naming);
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw badName(`must not be empty, ".", ".." or contain "/" or NUL, found ${JSON.stringify(name)}`, systemUseOffset);
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > MAXIMUM_NAME_LENGTH) {
    throw badName(`must be at most ${MAXIMUM_NAME_LENGTH} bytes, found ${length}`, systemUseOffset);
  }
  return name;
}

function rockRidgeName(pieces: readonly Uint8Array[]): string | undefined {
  const [first, ...rest] = pieces;
  if (first === undefined) return undefined;
  const bytes = rest.length === 0 ? first : Uint8Array.from(pieces.flatMap((piece) => [...piece]));
  return bytes.length === 0 ? undefined : decodeFileName(bytes);
}

function identifierName(identifier: Uint8Array, naming: Naming): string {
  // Half a surrogate pair would be taken for a byte that is not UTF-8.
  const text = naming === 'joliet' ? decodeWide(identifier).toWellFormed() : decodeFileName(identifier);
  const withoutVersion = text.endsWith(';1') ? text.slice(0, -2) : text;
  return withoutVersion.length > 1 && withoutVersion.endsWith('.') ? withoutVersion.slice(0, -1) : withoutVersion;
}

function badName(rule: string, offset: number): AppImageError {
  return new AppImageError('malformed', `Cannot parse ISO 9660 directory record: name ${rule}`, { offset });
}
