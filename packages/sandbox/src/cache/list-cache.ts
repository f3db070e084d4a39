import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getString, isAppImageError, parseDesktopEntry } from '@appimage-js/format';
import { readSmallFile } from '../read-small-file.ts';
import { cachePlaces, type Environment, isPrivate } from './cache-folder.ts';

/** Something that was unpacked, and is kept for the next start. */
export interface CachedTree {
  /** By what {@link cleanCache} knows it. */
  readonly key: string;
  /** `image` is an AppImage's files, `root` a system's for `--fhs`. */
  readonly kind: 'image' | 'root';
  readonly path: string;
  /** Of the application, by its desktop entry; null where that does not tell. */
  readonly name: string | null;
  /** Bytes on the disk. */
  readonly size: number;
  readonly files: number;
  /** When it was last started, in seconds since 1970. */
  readonly lastUsed: number;
  /** Whether a process runs from it; null where the system does not tell. */
  readonly inUse: boolean | null;
}

/** Bytes of a desktop entry. */
const MAX_ENTRY = 1_048_576;

const KEY = /^[0-9a-f]{40}$/;
const ROOT_KEY = /^root-[0-9a-f]{40}$/;

/**
 * Lists what is in the extraction caches that the environment leads to, the most recently used first. Only folders of this user's
 * that nobody else can write to are looked into.
 */
export async function listCache(env: Environment = process.env): Promise<CachedTree[]> {
  const running = await runningFrom();
  const trees: CachedTree[] = [];
  for (const { path: folder } of cachePlaces(env)) {
    if (!(await isPrivate(folder))) continue;
    for (const key of await readdir(folder)) {
      if (!(KEY.test(key) || ROOT_KEY.test(key))) continue;
      const path = join(folder, key);
      const kind = KEY.test(key) ? 'image' : 'root';
      const lastUsed = await timeOf(kind === 'image' ? `${path}.lock` : path);
      const inUse = running === undefined ? null : running.folders.has(path) || running.roots.has(key);
      trees.push({ key, kind, path, name: await nameOf(path), ...(await measure(path)), lastUsed, inUse });
    }
  }
  return trees.sort((a, b) => b.lastUsed - a.lastUsed);
}

async function timeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return Math.floor((found?.mtimeMs ?? 0) / 1000);
}

async function nameOf(tree: string): Promise<string | null> {
  const names = await readdir(tree).catch(() => []);
  const desktop = names.filter((name) => name.endsWith('.desktop')).sort()[0];
  if (desktop === undefined) return null;
  try {
    return getString(parseDesktopEntry(await readSmallFile(join(tree, desktop), MAX_ENTRY)), 'Name') ?? null;
  } catch (error) {
    if (isAppImageError(error) || error instanceof Error) return null;
    throw error;
  }
}

/** Hard links count once. */
async function measure(tree: string): Promise<{ readonly size: number; readonly files: number }> {
  const seen = new Set<number>();
  let [size, files] = [0, 0];
  const pending = [tree];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined || seen.has(found.ino)) continue;
      seen.add(found.ino);
      size += found.blocks * 512;
      if (entry.isDirectory()) pending.push(path);
      else files += 1;
    }
  }
  return { size, files };
}

/** Folders that processes of this user have as APPDIR, and those of roots that are mounted for one. */
async function runningFrom(): Promise<Running | undefined> {
  const names = await readdir('/proc').catch(() => undefined);
  if (names === undefined) return undefined;
  const folders = new Set<string>();
  const roots = new Set<string>();
  for (const name of names.filter((one) => /^\d+$/.test(one))) {
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const folder = /(?:^|\0)APPDIR=([^\0]*)/.exec(environment)?.[1];
    if (folder === undefined) continue;
    folders.add(Buffer.from(folder, 'latin1').toString());
    const mounts = await readFile(`/proc/${name}/mountinfo`, 'latin1').catch(() => '');
    for (const [root] of mounts.matchAll(/\broot-[0-9a-f]{40}(?=\/)/g)) roots.add(root);
  }
  return { folders, roots };
}

interface Running {
  readonly folders: ReadonlySet<string>;
  /** By their keys: where in its file system a mount is from is all that the kernel tells. */
  readonly roots: ReadonlySet<string>;
}
