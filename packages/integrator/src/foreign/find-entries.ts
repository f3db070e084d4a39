import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DesktopEntry, ReadOptions } from '@appimage-js/format';
import type { Places } from '../places/places.ts';
import { NAME_PREFIX } from '../plan/identity.ts';
import type { ForeignEntry } from './foreign-entry.ts';
import { imageCandidates, stringOf } from './foreign-launch.ts';
import { recognizeTool } from './recognize-tool.ts';
import { readEntryFile, walkFiles } from './walk-files.ts';

/** An entry without the files that belong to it. */
export interface FoundEntry extends Omit<ForeignEntry, 'files'> {
  /** Below the folder `applications`. */
  readonly relativePath: string;
  readonly entry: DesktopEntry;
  /** The image with links resolved; null where it is not there. */
  readonly realImage: string | null;
  /** Device and inode of the image; null where it is not there. */
  readonly imageFile: string | null;
}

/** What is in the menu beside ours. */
export interface FoundEntries {
  readonly foreign: readonly FoundEntry[];
  /** What all other entries name as their icons: these are in use. */
  readonly usedIcons: ReadonlySet<string>;
}

const MAXIMUM_DEPTH = 3;
/** Media come and go below these. */
const REMOVABLE = /^\/(?:media|mnt|run\/media)\//;

/** Finds the entries of other integrators; a user's own, and those that all users see. */
export async function findEntries({ data, sharedData }: Places, { signal }: ReadOptions = {}): Promise<FoundEntries> {
  const foreign: FoundEntry[] = [];
  const usedIcons = new Set<string>();
  const others = sharedData.filter((root) => root !== data);
  const roots = [{ root: data, isChangeable: true }, ...others.map((root) => ({ root, isChangeable: false }))];
  for (const { root, isChangeable } of roots) {
    const folder = join(root, 'applications');
    for (const relativePath of await walkFiles(folder, MAXIMUM_DEPTH, { signal })) {
      if (!relativePath.endsWith('.desktop') || relativePath.startsWith(NAME_PREFIX)) continue;
      const path = join(folder, relativePath);
      const entry = await readEntryFile(path);
      if (entry === undefined) continue;
      const tool = recognizeTool(relativePath, entry);
      const icon = stringOf(entry, 'Icon');
      if (tool === undefined && icon !== undefined) usedIcons.add(icon);
      if (tool === undefined) continue;
      const desktopId = relativePath.replaceAll('/', '-');
      const name = stringOf(entry, 'Name') ?? null;
      foreign.push({ tool, path, relativePath, desktopId, name, isChangeable, entry, ...(await findImage(entry)) });
    }
  }
  return { foreign, usedIcons };
}

async function findImage(
  entry: DesktopEntry,
): Promise<Pick<FoundEntry, 'image' | 'realImage' | 'imageFile' | 'state'>> {
  const candidates = imageCandidates(entry);
  let state: FoundEntry['state'] = 'gone';
  for (const image of candidates) {
    const facts = await look(image);
    if (facts === 'away') state = 'away';
    if (typeof facts === 'string') continue;
    const realImage = await realpath(image).catch(() => image);
    return { image, realImage, imageFile: `${facts.dev}:${facts.ino}`, state: 'live' };
  }
  // Where nothing tells which file it is about, nobody can say that it is gone.
  if (candidates.length === 0) state = 'away';
  return { image: candidates[0] ?? null, realImage: null, imageFile: null, state };
}

async function look(path: string): Promise<BigIntStats | 'gone' | 'away'> {
  try {
    const facts = await stat(path, { bigint: true });
    return facts.isFile() ? facts : 'gone';
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return 'away';
  }
  if (!REMOVABLE.test(path)) return 'gone';
  // The folder that a medium was mounted at may stay, and is empty then.
  const names = await readdir(dirname(path)).catch((): string[] => []);
  return names.length > 0 ? 'gone' : 'away';
}
