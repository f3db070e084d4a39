import { basename, dirname, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import type { FileFacts, FileOperations } from './file-operations.ts';
import {
  DIGEST_DIGITS,
  type KeptVersion,
  parseVersionName,
  UNFINISHED,
  versionName,
  versionsFolder,
} from './kept-version.ts';

/** How many old versions of a file are kept. */
export interface KeepPolicy {
  /** Default 1. Zero keeps none, so that there is no way back. */
  readonly count?: number;
  /** Bytes that all of them together may take. The last one is kept whatever it takes. Default: no limit. */
  readonly bytes?: number;
}

/** Which version a file is. */
export interface CurrentVersion {
  readonly version: string | null;
  readonly sha256: string;
}

/**
 * Lists the versions of a file that can be brought back, the last one first. In a folder that others may write to, what they have put
 * there is none.
 */
export async function listOldVersions(path: string, operations: FileOperations): Promise<KeptVersion[]> {
  const folder = versionsFolder(path);
  const versions: KeptVersion[] = [];
  const owner = await operations.status(path);
  for (const place of [dirname(folder), folder]) {
    const facts = await operations.status(place);
    if (!(facts?.isFolder && isOwn(facts, owner))) return [];
  }
  for (const name of await operations.list(folder)) {
    const parsed = parseVersionName(name);
    const facts = parsed && (await operations.status(join(folder, name)));
    if (parsed === undefined || !facts?.isFile || !isOwn(facts, owner)) continue;
    versions.push({ ...parsed, path: join(folder, name), size: facts.size });
  }
  return versions.toSorted((a, b) => b.sequence - a.sequence);
}

/** Whether something belongs to the owner of the file, to who runs this, or to root. */
function isOwn({ uid }: FileFacts, file: FileFacts | undefined): boolean {
  return uid === file?.uid || uid === 0 || uid === process.geteuid?.();
}

/** Makes the folder for the old versions of a file; one that others have put there is refused. */
async function makeVersionsFolder(path: string, operations: FileOperations): Promise<string> {
  const folder = versionsFolder(path);
  const owner = await operations.status(path);
  for (const place of [dirname(folder), folder]) {
    await operations.makeFolder(place, owner ?? { uid: 0, gid: 0 });
    const facts = await operations.status(place);
    if (facts?.isFolder && isOwn(facts, owner)) continue;
    const message = `Cannot keep the old version of ${path}: ${place} must be a folder of the file's owner, found one of somebody else, or no folder; remove it`;
    throw new AppImageError('not-permitted', message, { path: place });
  }
  return folder;
}

/**
 * Gives the file a second name among its old versions, or copies it where the file system knows no second names. The same content is
 * kept once.
 */
export async function keepVersion(
  path: string,
  current: CurrentVersion,
  operations: FileOperations,
): Promise<KeptVersion> {
  const known = await listOldVersions(path, operations);
  const digest = current.sha256.slice(0, DIGEST_DIGITS);
  const described = { sequence: (known[0]?.sequence ?? 0) + 1, version: current.version, digest, keptAt: new Date() };
  const folder = await makeVersionsFolder(path, operations);
  const kept = join(folder, versionName(described));
  const size = (await operations.status(path))?.size ?? 0;
  const same = known.find((version) => version.digest === digest && version.size === size);
  if (same === undefined) await linkOrCopy(path, kept, operations);
  else await operations.rename(same.path, kept);
  await operations.syncFolder(folder);
  await operations.syncFolder(dirname(folder));
  await operations.syncFolder(dirname(path));
  return { ...described, path: kept, size };
}

/** Makes `to` the same file as `from`, whole or not at all. */
export async function linkOrCopy(from: string, to: string, operations: FileOperations): Promise<void> {
  try {
    return await operations.link(from, to);
  } catch (error) {
    if (!HAS_NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const unfinished = join(dirname(to), `${UNFINISHED}${basename(to)}`);
  await operations.remove(unfinished);
  await operations.copy(from, unfinished);
  {
    await using file = await operations.openFile(unfinished);
    await file.sync();
  }
  await operations.rename(unfinished, to);
}

/** What file systems answer that have no hard links, or not for this file: FAT and exFAT with EPERM, others. */
const HAS_NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV']);

/** Removes what is more than the policy keeps, and what is the file itself; answers what is gone. */
export async function removeOldVersions(
  path: string,
  { count = 1, bytes = Number.POSITIVE_INFINITY }: KeepPolicy,
  current: CurrentVersion,
  operations: FileOperations,
): Promise<KeptVersion[]> {
  const removed: KeptVersion[] = [];
  let kept = 0;
  let total = 0;
  for (const version of await listOldVersions(path, operations)) {
    const isCurrent = version.digest === current.sha256.slice(0, DIGEST_DIGITS);
    if (!isCurrent && kept < count && (kept === 0 || total + version.size <= bytes)) {
      kept += 1;
      total += version.size;
      continue;
    }
    await operations.remove(version.path);
    removed.push(version);
  }
  const folder = versionsFolder(path);
  for (const name of await operations.list(folder)) {
    if (name.startsWith(UNFINISHED)) await operations.remove(join(folder, name));
  }
  return removed;
}
