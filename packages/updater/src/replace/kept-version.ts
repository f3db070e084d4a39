/*
 * Old versions lie beside the file that they were, in a hidden folder, so that they are on the same file system and cost no bytes of
 * their own until the file is replaced: `.appimage-versions/NAME/`. The name of each says all that is known of it:
 * `SEQUENCE_TIME_VERSION_SHA256`, the version percent-encoded, of the SHA-256 the first 16 digits. There is no index that could differ.
 */
import { basename, dirname, join } from 'node:path';

/** A version that can be brought back. */
export interface KeptVersion {
  /** Grows with each version that is kept. */
  readonly sequence: number;
  /** As the image says; null where it does not. */
  readonly version: string | null;
  /** The first 16 hexadecimal digits of its SHA-256. */
  readonly digest: string;
  /** When it was replaced. */
  readonly keptAt: Date;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** Bytes of a digest in a name; enough to tell versions of one application from each other. */
export const DIGEST_DIGITS = 16;

/** What begins with this was never finished. */
export const UNFINISHED = '.unfinished-';

/** Where the versions of a file are kept. */
export function versionsFolder(path: string): string {
  return join(dirname(path), '.appimage-versions', basename(path));
}

/** The name of an old version in its folder. */
export function versionName({ sequence, version, digest, keptAt }: Omit<KeptVersion, 'path' | 'size'>): string {
  const time = keptAt.toISOString().replace(/[-:]|\.\d+/g, '');
  const text = encodeURIComponent(printable(version ?? '')).replace(/[_!'()*]/g, encodeCharacter);
  return [String(sequence).padStart(4, '0'), time, text, digest].join('_');
}

/** What a name in the folder says; undefined for one that is of something else. */
export function parseVersionName(name: string): Omit<KeptVersion, 'path' | 'size'> | undefined {
  const match = /^(\d{4,12})_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z_([^_]*)_([\da-f]{16})$/.exec(name);
  if (match === null) return undefined;
  const [, sequence, year, month, day, hour, minute, second, version = '', digest = ''] = match;
  const keptAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(keptAt.getTime())) return undefined;
  try {
    const text = decodeURIComponent(version);
    return { sequence: Number(sequence), version: text === '' ? null : text, digest, keptAt };
  } catch {
    return undefined;
  }
}

/** Short enough for a name of a file even when every character needs nine. */
function printable(version: string): string {
  return version.toWellFormed().slice(0, 20);
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
