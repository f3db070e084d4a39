import type { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { type FileFacts, type FileOperations, nodeOperations } from './file-operations.ts';
import type { KeptVersion } from './kept-version.ts';
import { type CurrentVersion, type KeepPolicy, keepVersion, removeOldVersions } from './old-versions.ts';
import type { ReplacementTarget } from './replacement-target.ts';

/** What {@link replaceFile} does. */
export interface ReplaceFileOptions {
  readonly target: ReplacementTarget;
  /** The new file, whole, in the same folder; it is moved. */
  readonly replacement: string;
  readonly oldVersion: CurrentVersion;
  readonly newVersion: CurrentVersion;
  readonly keep?: KeepPolicy;
  readonly operations?: FileOperations;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a file and its old version. */
export interface ReplacedFile {
  readonly path: string;
  /** Null where none is kept. */
  readonly kept: KeptVersion | null;
  readonly removed: readonly KeptVersion[];
  /** What could not be done and does no harm; for people. */
  readonly remarks: readonly string[];
}

/**
 * Replaces a file by another one, in one step: at every moment, whatever happens, the path leads to the old file or to the new one,
 * whole and on the disk. Who runs the old one goes on doing so. Permissions, owner and extended attributes are those of the old file; setuid
 * and setgid bits are dropped.
 *
 * @throws AppImageError `io` when the system refuses; the old file is then in its place, or, when only the folder could not be synced,
 *   the new one
 */
export async function replaceFile(options: ReplaceFileOptions): Promise<ReplacedFile> {
  const { target, replacement, oldVersion, newVersion, keep = {}, operations = nodeOperations, signal } = options;
  const { path, folder } = target;
  return await describingFailure(path, async () => {
    const remarks = await makeAlike(replacement, target, operations);
    signal?.throwIfAborted();
    const kept = keep.count === 0 ? null : await keepVersion(path, oldVersion, operations);
    signal?.throwIfAborted();
    await operations.rename(replacement, path);
    await operations.syncFolder(folder);
    const removed = await removeOldVersions(path, keep, newVersion, operations).catch((error: Error) => {
      remarks.push(`Old versions could not be removed: ${error.message}`);
      return [];
    });
    return { path, kept, removed, remarks };
  });
}

/** Gives a new file what the old one has but content, and makes sure that all of it is on the disk. */
async function makeAlike(
  replacement: string,
  { path, facts }: Pick<ReplacementTarget, 'path' | 'facts'>,
  operations: FileOperations,
): Promise<string[]> {
  const remarks: string[] = [];
  const problem = await operations.copyAttributes(path, replacement);
  if (problem !== undefined) remarks.push(`Extended attributes were not copied: ${problem}`);
  await using file = await operations.openFile(replacement);
  const found = await file.status();
  if (found.uid !== facts.uid || found.gid !== facts.gid) remarks.push(...(await setOwner(file, found, facts)));
  const mode = facts.mode & 0o777;
  if ((await file.status()).mode !== mode) await file.setMode(mode); // FAT refuses what it can not store
  await file.sync();
  if (facts.links > 1) remarks.push('The file has other names (hard links), which still lead to the old version');
  return remarks;
}

async function setOwner(
  file: { setOwner(uid: number, gid: number): Promise<void> },
  found: FileFacts,
  facts: FileFacts,
): Promise<string[]> {
  try {
    await file.setOwner(facts.uid, facts.gid);
    return [];
  } catch (error) {
    // Only root gives files away, and the group is one that the user need not be in. Whoever is allowed to is told before the download.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM' || found.uid !== facts.uid) throw error;
    return [`The group of the file is ${found.gid} now, and was ${facts.gid}`];
  }
}

async function describingFailure<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isOfSystem = error instanceof Error && 'errno' in error;
    throw isOfSystem ? replaceFailure(path, error) : error;
  }
}

function replaceFailure(path: string, cause: Error): AppImageError {
  return ioError(`Cannot replace ${path}`, path, cause);
}
