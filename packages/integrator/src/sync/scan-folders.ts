import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import type { FileStamp } from '../manifest/manifest.ts';

/** A file in a watched folder that is an AppImage by its name or its first bytes. */
export interface WatchedImage {
  /** As it is found in the folder. */
  readonly path: string;
  readonly stamp: FileStamp;
  readonly owner: number;
}

/** Names of downloads and updates under way. */
const UNSETTLED = /\.(?:part|crdownload|tmp|download|zs-old|opdownload|!ut)$/i;
const NAMED = /\.appimage$/i;

/**
 * Finds the AppImages in folders, but not in the folders in these. A file that `known` has with the same stamp is not opened.
 *
 * @throws AppImageError `io` for a folder that is there and can not be read: its images are not gone
 */
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
): Promise<WatchedImage[]> {
  const paths = new Set(extra);
  for (const folder of folders) {
    const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
      throw ioError(`Cannot look for AppImages in ${folder}`, folder, cause);
    });
    for (const name of names.sort()) {
      if (!(name.startsWith('.') || UNSETTLED.test(name))) paths.add(join(folder, name));
    }
  }
  const found = new Map<string, WatchedImage>();
  for (const path of paths) {
    signal?.throwIfAborted();
    const image = await look(path, known);
    if (image === undefined) continue;
    const key = `${image.stamp.device}:${image.stamp.inode}`;
    if (!found.has(key)) found.set(key, image);
  }
  return [...found.values()];
}

async function look(path: string, known: ReadonlyMap<string, FileStamp>): Promise<WatchedImage | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  if (facts === undefined || !facts.isFile() || facts.size === 0n) return undefined;
  const stamp: FileStamp = {
    device: String(facts.dev),
    inode: String(facts.ino),
    size: Number(facts.size),
    mtime: String(facts.mtimeNs),
    executable: (facts.mode & 0o111n) !== 0n,
  };
  const image = { path, stamp, owner: Number(facts.uid) };
  const last = known.get(path);
  if (last !== undefined && sameStamp(last, stamp)) return image;
  return NAMED.test(path) || (await hasMagic(path)) ? image : undefined;
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
