import { AppImageError } from '@appimage-js/format';
import { parseJsonObject } from '../files/parse-json-object.ts';
import type { Root } from '../places/places.ts';
import { isManifest } from './is-manifest.ts';

/** Everything that was written, and for which image: removal takes away this and nothing else. */
export interface Manifest {
  readonly images: readonly ManifestImage[];
  /** Files that belong to no single image. */
  readonly shared: readonly RecordedFile[];
  /** Files that may be there because a sync was cut short, in whichever of their states. */
  readonly pending: readonly RecordedFile[];
  /** Folders that were made, as absolute paths, outer ones first. */
  readonly folders: readonly string[];
  /** Caches of the desktop's tools that were not there before, as absolute paths. */
  readonly generated: readonly string[];
  /** How the user's choice of applications was before anything of ours was in it; null while nothing is. */
  readonly defaultsBefore: DefaultsBefore | null;
  /** A part of the names of files that are being written; null while none are. */
  readonly token: string | null;
}

/** `without-group`: there was a list, but no place for defaults in it. */
export type DefaultsBefore = 'absent' | 'without-group' | 'whole';

/** An image as it was seen last. */
export interface ManifestImage {
  readonly path: string;
  readonly stamp: FileStamp;
  readonly identity: string;
  readonly id: string;
  readonly name: string | null;
  readonly version: string | null;
  /** Why it has no menu entry, in words; null where it has one. */
  readonly leftAlone: string | null;
  /** Digest of what its files were made of beside the image; empty where it was left alone without being looked at. */
  readonly recipe: string;
  readonly files: readonly RecordedFile[];
  readonly schemes: readonly string[];
  /** The defaults that were set with the user's consent. */
  readonly defaults: readonly RecordedDefault[];
  /** How it got here; null for images that were found. */
  readonly install: InstallRecord | null;
  /** Where it lies, if that is neither the volume of the system nor that of the home. */
  readonly volume: RecordedVolume | null;
  /** Whether its volume is away, and its menu entry hidden. */
  readonly away: boolean;
}

/** A volume that may go away, and come back. */
export interface RecordedVolume {
  readonly mountPoint: string;
  /** `uuid:` and that of its file system; `nfs4 server:/share`, type and source, where it has none. */
  readonly id: string;
}

/** What tells, without opening a file, that it is the one of last time. */
export interface FileStamp {
  readonly device: string;
  readonly inode: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: string;
  readonly executable: boolean;
}

/** A file that was written, and the content that it may have. */
export interface RecordedFile {
  readonly root: Root;
  readonly path: string;
  /** SHA-256 in hexadecimal digits; the last one is that of the content that is wanted. */
  readonly hashes: readonly string[];
}

/** A URL scheme that an image is the default for, or a type of files that it has taken over from another integrator's entry. */
export interface RecordedDefault {
  /** `zoommtg`, or with a slash `text/plain`; a scheme that the image does not name itself as `x-scheme-handler/zoommtg`. */
  readonly scheme: string;
  /** The value before; null where there was none. */
  readonly previous: string | null;
}

/** What was known of a file when the user installed it, before it was made executable. */
export interface InstallRecord {
  /** The path or URL that the user gave. */
  readonly from: string;
  readonly sha256: string;
  /** `none`, `good` … as the signature was judged. */
  readonly signature: string;
  /** ISO 8601. */
  readonly date: string;
  /** Whether it may be the default for the URL schemes that it opens. */
  readonly schemesAllowed: boolean;
}

/** Of the form of the file; a later one is refused. */
const MANIFEST_VERSION = 1;

export const EMPTY_MANIFEST: Manifest = {
  images: [],
  shared: [],
  pending: [],
  folders: [],
  generated: [],
  defaultsBefore: null,
  token: null,
};

/** The manifest as the text of a file. */
export function serializeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ version: MANIFEST_VERSION, ...manifest })}\n`;
}

/**
 * Reads a manifest's text. Paths that would lead out of their folder make it a damaged one.
 *
 * @throws AppImageError `unsupported` for one of a later version, `malformed` for what is none
 */
export function parseManifest(text: string): Manifest {
  const value = parseJsonObject(text);
  const version = value?.['version'];
  if (typeof version === 'number' && version > MANIFEST_VERSION) {
    throw new AppImageError(
      'unsupported',
      `Cannot read manifest: version must be ${MANIFEST_VERSION} or older, found ${version}, of a newer program`,
    );
  }
  if (value === undefined || version !== MANIFEST_VERSION || !isManifest(value)) {
    throw new AppImageError('malformed', 'Cannot read manifest: expected one that is whole, found a damaged one');
  }
  const { shared, pending, folders, generated, defaultsBefore = null, token = null } = value;
  const images = value.images.map((image) => ({ ...image, volume: image.volume ?? null, away: image.away === true }));
  return { images, shared, pending, folders, generated, defaultsBefore, token };
}
