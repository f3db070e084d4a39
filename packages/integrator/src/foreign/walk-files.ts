import type { Dirent } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DesktopEntry, isAppImageError, parseDesktopEntry, type ReadOptions } from '@appimage-js/format';

const MAXIMUM_NAMES = 200_000;
const MAXIMUM_ENTRY_SIZE = 256 * 1024;

/**
 * The regular files below a folder, as paths below it, in the order of their names. Symlinks are not followed, what can not be read is left
 * out, and beyond 200,000 names nothing more is looked at.
 *
 * @param depth 0 for the files in the folder itself
 */
export async function walkFiles(folder: string, depth: number, { signal }: ReadOptions = {}): Promise<string[]> {
  const walked: Walked = { root: folder, files: [], left: MAXIMUM_NAMES };
  await walk('', depth, walked, signal);
  return walked.files;
}

interface Walked {
  readonly root: string;
  readonly files: string[];
  /** Names that may still be looked at. */
  left: number;
}

async function walk(below: string, depth: number, walked: Walked, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const folder = join(walked.root, below);
  const isFolder = await lstat(folder).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (!isFolder) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  walked.left -= entries.length;
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(below, entry.name);
    if (entry.isFile()) walked.files.push(path);
    else if (entry.isDirectory() && depth > 0 && walked.left > 0) await walk(path, depth - 1, walked, signal);
  }
}

/** A menu entry; undefined for what is none, is larger than any, or can not be read. A symlink is not followed. */
export async function readEntryFile(path: string): Promise<DesktopEntry | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > MAXIMUM_ENTRY_SIZE) return undefined;
    const buffer = new Uint8Array(facts.size);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return parseDesktopEntry(buffer.subarray(0, bytesRead));
  } catch (error) {
    if (isAppImageError(error) || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}
