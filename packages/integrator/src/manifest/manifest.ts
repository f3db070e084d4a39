import { AppImageError } from '@appimage-js/format';
import type { Root } from '../places/places.ts';

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
}

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

/** A URL scheme that an image is the default for. */
export interface RecordedDefault {
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

export const EMPTY_MANIFEST: Manifest = { images: [], shared: [], pending: [], folders: [], generated: [] };

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
  const value = parseJson(text);
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
  const { images, shared, pending, folders, generated } = value;
  return { images, shared, pending, folders, generated };
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(value: object): value is Manifest {
  const { images, shared, pending, folders, generated } = value as Partial<Manifest>;
  return (
    isListOf(images, isImage) &&
    isListOf(shared, isFile) &&
    isListOf(pending, isFile) &&
    isListOf(folders, (each) => typeof each === 'string' && each.startsWith('/')) &&
    isListOf(generated, (each) => typeof each === 'string' && each.startsWith('/'))
  );
}

function isImage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const image = value as Partial<ManifestImage>;
  return (
    [image.path, image.id, image.identity, image.recipe].every((each) => typeof each === 'string') &&
    typeof image.stamp === 'object' &&
    image.stamp !== null &&
    isListOf(image.files, isFile) &&
    isListOf(image.schemes, (each) => typeof each === 'string') &&
    isListOf(image.defaults, (each) => typeof (each as RecordedDefault | null)?.scheme === 'string')
  );
}

function isFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { root, path, hashes } = value as Partial<RecordedFile>;
  const isInside = typeof path === 'string' && path.split('/').every((name) => !['', '.', '..'].includes(name));
  return (
    ['data', 'config', 'cache'].includes(root ?? '') && isInside && isListOf(hashes, (each) => typeof each === 'string')
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}
