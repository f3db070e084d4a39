import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, link, lstat, mkdir, open, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { Undo } from './undo.ts';

/** What tells that a file is the one that was looked at, also after it was moved. */
export type FileMark = string;

/** @throws AppImageError `io` */
export async function markOf(path: string): Promise<FileMark> {
  const { size, mtimeNs } = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw ioError(`Cannot read ${path}`, path, cause);
  });
  return `${size}:${mtimeNs}`;
}

/** A file that is to be moved. */
export interface Placement {
  readonly from: string;
  readonly to: string;
  /** Of its content, as it was looked at. */
  readonly sha256: string;
  readonly mark: FileMark;
  /** Makes another file of it, which belongs to who installs it. */
  readonly isCopied: boolean;
  readonly undo: Undo;
  readonly signal: AbortSignal;
  /** Done when the new file is whole and about to get its name. */
  readonly makeWay: () => Promise<void>;
}

/**
 * Moves a file, over the borders of volumes as well; never onto another one. What was copied is still where it was afterwards.
 *
 * @throws AppImageError `io`, also where something is at its place; `untrusted` for a file that was changed meanwhile
 */
export async function placeFile(placement: Placement): Promise<'moved' | 'copied'> {
  const { from, to, mark, undo, isCopied, makeWay } = placement;
  await makeFolder(dirname(to), undo);
  const isNear = !isCopied && (await isOnVolumeOf(from, dirname(to)));
  const source = isNear ? from : await copyBeside(placement);
  await makeWay();
  await renameAside(source, to);
  undo.add(() => (isNear ? renameAside(to, from) : rm(to, { force: true })));
  if (isNear && (await markOf(to)) !== mark) throw changed(from);
  return isNear ? 'moved' : 'copied';
}

/** Makes a folder with those that it is in, and takes them away again when it is undone. */
export async function makeFolder(folder: string, undo: Undo): Promise<void> {
  const first = await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw ioError(`Cannot make ${folder}`, folder, cause);
  });
  if (first === undefined) return;
  undo.add(async () => {
    for (let made = folder; made.length >= first.length; made = dirname(made)) {
      const isGone = await rmdir(made).then(
        () => true,
        () => false, // somebody has put something into it
      );
      if (!isGone) return;
    }
  });
}

let parts = 0;

/** Creates a file with a name of its own that no scan takes for an image, and takes it away again when it is undone. */
export async function createPart(
  folder: string,
  undo: Undo,
  mode = 0o644,
): Promise<{ path: string; handle: FileHandle }> {
  parts += 1;
  const path = join(folder, `.appimage-js-install-${process.pid}-${parts}.part`);
  const handle = await open(path, 'wx', mode).catch((cause: unknown) => {
    throw ioError(`Cannot write to ${folder}`, path, cause);
  });
  undo.add(() => rm(path, { force: true }));
  return { path, handle };
}

async function copyBeside({ from, to, sha256, undo, signal }: Placement): Promise<string> {
  const copy = await copyInto(from, dirname(to), { undo, signal });
  if (copy.sha256 !== sha256) throw changed(from);
  return copy.path;
}

/**
 * Copies a file into a folder, under a name that no scan takes for an image; for this user alone until it is whole, as nobody knows what it is
 * by then.
 *
 * @throws AppImageError `io`
 */
export async function copyInto(
  from: string,
  folder: string,
  { undo, signal }: { readonly undo: Undo; readonly signal: AbortSignal },
): Promise<{ readonly path: string; readonly sha256: string }> {
  const { path, handle } = await createPart(folder, undo, 0o600);
  const hash = createHash('sha256');
  try {
    await using file = handle;
    await using source = await open(from, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await source.stat();
    if (!facts.isFile()) throw notRegular(from);
    const read = source.createReadStream({ autoClose: false });
    read.on('data', (bytes) => hash.update(bytes));
    await file.writeFile(read, { signal });
    await file.chmod(facts.mode & 0o777);
    await file.datasync();
    await utimes(path, facts.atime, facts.mtime);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof AppImageError ? cause : ioError(`Cannot copy ${from}`, path, cause);
  }
  return { path, sha256: hash.digest('hex') };
}

/** Renames a file on one volume, where nothing has the name yet: by a second name for it, as a rename alone would take another one's. */
async function renameAside(from: string, to: string): Promise<void> {
  try {
    const hasLinks = await link(from, to).then(
      () => true,
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST' || cause.code === 'ENOENT') throw cause;
        return false; // FAT has none, and not everybody may make one
      },
    );
    if (hasLinks) await rm(from);
    else if (await isThere(to)) throw Object.assign(new Error('Taken'), { code: 'EEXIST', errno: -17 });
    else await rename(from, to);
  } catch (cause) {
    throw ioError(`Cannot move ${basename(from)} to ${dirname(to)}`, to, cause);
  }
}

/** Lets everybody execute it who may read it; `everybody` may read it as well. */
export async function makeExecutable(
  path: string,
  { everybody, undo }: { everybody: boolean; undo: Undo },
): Promise<void> {
  try {
    const { mode } = await stat(path);
    const wanted = everybody ? (mode & 0o700) | 0o755 : (mode & 0o777) | ((mode & 0o444) >> 2) | 0o100;
    await chmod(path, wanted);
    undo.add(() => chmod(path, mode & 0o777));
  } catch (cause) {
    throw ioError(`Cannot make ${path} executable`, path, cause);
  }
}

/** Whether anything has this name, a symlink that leads nowhere as well. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function isOnVolumeOf(file: string, folder: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(file), stat(folder)]);
  return one.dev === other.dev;
}

function changed(path: string): AppImageError {
  return new AppImageError(
    'untrusted',
    `Cannot install ${path}: expected the file that was looked at, found one that has changed meanwhile`,
    { path },
  );
}

function notRegular(path: string): AppImageError {
  return new AppImageError('io', `Cannot copy ${path}: expected a regular file, found something else`, { path });
}
