import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { FileStamp } from '../manifest/manifest.ts';

/** A file in a watched folder that is an AppImage by its name or its first bytes. */
export interface WatchedImage {
  /** As it is found in the folder. */
  readonly path: string;
  readonly stamp: FileStamp;
  /** Users who could put something else in its place: the owner of the file, and that of the symlink to it. */
  readonly owners: readonly number[];
}

/** What a look into folders has found. */
export interface ScannedFolders {
  readonly found: readonly WatchedImage[];
  /** Folders and files that are there and do not let us look, with the reason: nothing is known to be gone from there. */
  readonly unreadable: ReadonlyMap<string, AppImageError>;
}

/** What stands for bytes that are no text; neither a menu entry nor a manifest can have these. */
const UNREADABLE = '\uFFFD';

function misnamed(path: string): AppImageError {
  return new AppImageError('unsupported', `Cannot look at ${path}: its name must be UTF-8`, { path });
}

/** Names of downloads and updates under way. */
const UNSETTLED = /\.(?:part|crdownload|tmp|download|zs-old|opdownload|!ut)$/i;
const NAMED = /\.appimage$/i;

/**
 * Finds the AppImages in folders, but not in the folders in these. A file that `known` has with the same stamp is not opened. */
export async function scanFolders(
  folders: readonly string[],
  {
    extra,
    known,
    signal,
  }: {
    readonly extra: readonly string[];
    readonly known: ReadonlyMap<string, FileStamp>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ScannedFolders> {
  const unreadable = new Map<string, AppImageError>();
  const asked = new Set(extra);
  const paths = new Set(extra);
  for (const folder of folders) {
    const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (!isAbsent(cause)) unreadable.set(folder, ioError(`Cannot look for AppImages in ${folder}`, folder, cause));
      return [];
    });
    for (const name of names.sort()) if (!isLetBe(name)) paths.add(join(folder, name));
  }
  const found = new Map<string, WatchedImage>();
  for (const path of paths) {
    signal?.throwIfAborted();
    const image = await look(path, known, asked.has(path)).catch((cause: NodeJS.ErrnoException) => {
      if (!isAbsent(cause)) unreadable.set(path, ioError(`Cannot look at ${path}`, path, cause));
      else if (path.includes(UNREADABLE)) unreadable.set(path, misnamed(path));
      return undefined;
    });
    if (image === undefined) continue;
    const key = `${image.stamp.device}:${image.stamp.inode}`;
    if (!found.has(key)) found.set(key, image);
  }
  return { found: [...found.values()], unreadable };
}

/** Whether a file is none yet by its name, or is hidden. */
export function isLetBe(name: string): boolean {
  return name.startsWith('.') || UNSETTLED.test(name);
}

/** Whether a file is an AppImage by its name or its first bytes. */
export async function isNamedOrMarked(path: string): Promise<boolean> {
  return NAMED.test(path) || (await hasMagic(path));
}

function isAbsent({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

async function look(
  path: string,
  known: ReadonlyMap<string, FileStamp>,
  isAsked: boolean,
): Promise<WatchedImage | undefined> {
  const link = await lstat(path, { bigint: true });
  const facts = link.isSymbolicLink() ? await stat(path, { bigint: true }) : link;
  if (!facts.isFile() || facts.size === 0n) return undefined;
  const stamp: FileStamp = {
    device: String(facts.dev),
    inode: String(facts.ino),
    size: Number(facts.size),
    mtime: String(facts.mtimeNs),
    executable: (facts.mode & 0o111n) !== 0n,
  };
  const image = { path, stamp, owners: [Number(facts.uid), Number(link.uid)] };
  const last = known.get(path);
  if (last !== undefined && sameStamp(last, stamp)) return image;
  return isAsked || (await isNamedOrMarked(path)) ? image : undefined;
}

/** Whether a file is the one of last time. */
export function sameStamp(left: FileStamp, right: FileStamp): boolean {
  return (
    left.device === right.device &&
    left.inode === right.inode &&
    left.size === right.size &&
    left.mtime === right.mtime &&
    left.executable === right.executable
  );
}

/** The ELF header's padding, bytes 8 to 10, is "AI" and the type. */
async function hasMagic(path: string): Promise<boolean> {
  try {
    await using file = await open(await realpath(path), constants.O_RDONLY | constants.O_NONBLOCK);
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(11) });
    const text = String.fromCharCode(...buffer);
    return bytesRead === 11 && text.startsWith('\x7fELF') && ['AI\x01', 'AI\x02'].includes(text.slice(8));
  } catch {
    return false;
  }
}
