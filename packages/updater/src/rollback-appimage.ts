import { hashFile } from './compare/hash-file.ts';
import { nodeOperations } from './replace/file-operations.ts';
import { DIGEST_DIGITS, type KeptVersion } from './replace/kept-version.ts';
import { listOldVersions } from './replace/old-versions.ts';
import { findTarget } from './replace/replacement-target.ts';
import { checkOldVersion, findOldVersion, restoreVersion } from './replace/restore-version.ts';
import { defaultDataFolder } from './state/data-folder.ts';
import { changeFileRecord, readFileRecord } from './state/file-record.ts';
import { lockTarget } from './update/target-lock.ts';
import { readImageFacts } from './verify/image-facts.ts';

/** Options of {@link rollbackAppImage}. */
export interface RollbackOptions {
  /** A version, its number in the list, or the first digits of its SHA-256. Default: the one that was replaced last. */
  readonly to?: string | undefined;
  /** See `defaultDataFolder`. */
  readonly dataFolder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link rollbackAppImage} did. */
export interface RollbackResult {
  /** As it was given. */
  readonly file: string;
  /** Without symlinks. */
  readonly path: string;
  /** The version that is in the place again. */
  readonly restored: KeptVersion;
  /** Where the version that was there is kept now. */
  readonly kept: KeptVersion;
}

/** Lists the versions of an AppImage that can be brought back, the one that was replaced last first. */
export async function listKeptVersions(file: string): Promise<KeptVersion[]> {
  const { path } = await findTarget(file, { action: 'roll back', forReading: true });
  return listOldVersions(path, nodeOperations);
}

/**
 * Brings an old version of an AppImage back, in one step. The one that was there is kept in its turn, and updates do not bring it again
 * by themselves. Rolling back twice is as if nothing had happened.
 *
 * @throws AppImageError `not-found` when no such version is kept, `untrusted` when it is not as it was kept, `not-permitted` or `io` when the file can not be replaced
 */
export async function rollbackAppImage(
  file: string,
  { to, dataFolder = defaultDataFolder(), signal }: RollbackOptions = {},
): Promise<RollbackResult> {
  const target = await findTarget(file, { action: 'roll back' });
  const { path } = target;
  await using _lock = await lockTarget(file, target, signal);
  const version = await findOldVersion(path, to);
  await checkOldVersion(path, version, signal);
  const { sha1, sha256 } = await hashFile(path, { signal });
  // What is there may be so broken that it says nothing.
  const facts = await readImageFacts(path, { signal }).catch(() => undefined);
  const current = { version: facts?.version ?? null, sha256 };
  const kept = await restoreVersion({ path, version, current });

  const record = await readFileRecord(dataFolder, path);
  const heldBack = record.heldBack.filter(
    (held) => ![sha256.slice(0, DIGEST_DIGITS), version.digest].includes(held.sha256.slice(0, DIGEST_DIGITS)),
  );
  const taken =
    record.installed?.sha256 === sha256
      ? record.installed
      : { version: current.version, sha256, sha1, publishedAt: null, revision: null };
  await changeFileRecord(dataFolder, path, { installed: null, heldBack: [...heldBack, taken] });
  return { file, path, restored: { ...version, path }, kept };
}
