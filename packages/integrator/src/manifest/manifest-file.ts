import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { readTextFile } from '../files/read-text-file.ts';
import { writeAtomically } from '../files/write-file.ts';
import { manifestFolder, type Places } from '../places/places.ts';
import { EMPTY_MANIFEST, type Manifest, parseManifest, serializeManifest } from './manifest.ts';

/** Where the manifest is. */
export function manifestPath(places: Places): string {
  return join(manifestFolder(places), 'manifest.json');
}

/** A manifest, and where a damaged one was put aside. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly damaged: boolean;
}

/**
 * Reads the manifest; an empty one where there is none, or where it is damaged.
 *
 * @throws AppImageError `unsupported` for one of a newer program, `io`, `limit`
 */
export async function readManifest(places: Places): Promise<ReadManifest> {
  const path = manifestPath(places);
  const text = await readTextFile(path, 'Cannot read manifest');
  if (text === undefined) return { manifest: EMPTY_MANIFEST, damaged: false };
  try {
    return { manifest: parseManifest(text), damaged: false };
  } catch (error) {
    if (isAppImageError(error) && error.code === 'malformed') return { manifest: EMPTY_MANIFEST, damaged: true };
    throw error;
  }
}

/** Keeps a damaged manifest for whoever wants to look at it. */
export async function putAsideManifest(places: Places): Promise<void> {
  const path = manifestPath(places);
  await rename(path, `${path}.damaged`).catch((cause: unknown) => {
    throw ioError('Cannot put damaged manifest aside', path, cause);
  });
}

/**
 * Writes the manifest beside its place and moves it there.
 *
 * @throws AppImageError `io`
 */
export async function writeManifest(places: Places, manifest: Manifest): Promise<void> {
  await writeAtomically(manifestPath(places), new TextEncoder().encode(serializeManifest(manifest)), { mode: 0o600 });
}
