import { basename, dirname, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { hashFile } from '../compare/hash-file.ts';
import { type FileOperations, nodeOperations } from './file-operations.ts';
import type { KeptVersion } from './kept-version.ts';
import { type CurrentVersion, keepVersion, linkOrCopy, listOldVersions } from './old-versions.ts';

/** What {@link restoreVersion} does. */
export interface RestoreVersionOptions {
  /** The file, without symlinks. */
  readonly path: string;
  readonly version: KeptVersion;
  /** Which version the file is now; it takes the other one's place. */
  readonly current: CurrentVersion;
  readonly operations?: FileOperations;
}

/**
 * Puts an old version into the place of a file, as one step, and the file among the old versions.
 *
 * @throws AppImageError `io` when the system refuses; the file is then as it was
 */
export async function restoreVersion(options: RestoreVersionOptions): Promise<KeptVersion> {
  const { path, version, current, operations = nodeOperations } = options;
  const temporary = join(dirname(path), `.${basename(path)}.back`);
  try {
    await operations.remove(temporary);
    await linkOrCopy(version.path, temporary, operations);
    const kept = await keepVersion(path, current, operations);
    await operations.rename(temporary, path);
    await operations.remove(temporary); // it is still there when both names were of one file
    await operations.syncFolder(dirname(path));
    await operations.remove(version.path);
    return kept;
  } catch (cause) {
    throw cause instanceof Error && 'errno' in cause ? ioError(`Cannot roll back ${path}`, path, cause) : cause;
  }
}

/**
 * Refuses an old version whose bytes are not those that were kept.
 *
 * @throws AppImageError `untrusted`, or `io` when it can not be read
 */
export async function checkOldVersion(
  path: string,
  version: KeptVersion,
  signal?: AbortSignal | undefined,
): Promise<void> {
  const { sha256 } = await hashFile(version.path, { signal });
  if (sha256.startsWith(version.digest)) return;
  const reason = `the SHA-256 of ${version.path} must begin with ${version.digest}, found ${sha256.slice(0, version.digest.length)}`;
  const message = `Cannot roll back ${path}: ${reason}; it is damaged, choose another version or remove it`;
  throw new AppImageError('untrusted', message, { path: version.path });
}

/**
 * Finds an old version: the last one, or the last one with that version, or whose digest begins so, or that number in the list.
 *
 * @throws AppImageError `not-found`
 */
export async function findOldVersion(
  path: string,
  wanted: string | undefined,
  operations: FileOperations = nodeOperations,
): Promise<KeptVersion> {
  const versions = await listOldVersions(path, operations);
  const found =
    wanted === undefined
      ? versions[0]
      : (versions.find(({ version }) => version === wanted) ??
        versions.find(({ sequence }) => String(sequence) === wanted) ??
        versions.find(({ digest }) => wanted.length >= 4 && digest.startsWith(wanted.toLowerCase())));
  if (found !== undefined) return found;
  const names = versions.map(({ version, digest }) => version ?? digest).join(', ');
  const reason =
    versions.length === 0 ? 'no old version is kept' : `expected one of ${names}, found ${JSON.stringify(wanted)}`;
  throw new AppImageError('not-found', `Cannot roll back ${path}: ${reason}`, { path });
}
