/*
 * Which icons, packages of file types and thumbnails belong to which entry, by the names that the tools give them.
 */
import { lstat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { ReadOptions } from '@appimage-js/format';
import type { Places } from '../places/places.ts';
import { ALL_THUMBNAIL_FOLDERS } from '../thumbnail/thumbnail-sizes.ts';
import type { FoundEntries, FoundEntry } from './find-entries.ts';
import { encodedId, foreignIds } from './foreign-ids.ts';
import { stringOf } from './foreign-launch.ts';
import { isGearLeverIcon, KIT_ID, POOL_ID, SCRIPT_NAME } from './recognize-tool.ts';
import { walkFiles } from './walk-files.ts';

/** The files of other integrators, by what tells whose they are. */
export interface ForeignFiles {
  /** By {@link keysOf}. */
  readonly byKey: ReadonlyMap<string, readonly string[]>;
  /** Icons outside of any theme, by their names. */
  readonly flat: ReadonlyMap<string, readonly string[]>;
}

const THEME_DEPTH = 4;

/** Lists the files of other integrators below the folder for data. */
export async function listForeignFiles({ data }: Places, options: ReadOptions = {}): Promise<ForeignFiles> {
  const byKey = new Map<string, string[]>();
  const flat = new Map<string, string[]>();
  const folders = [
    { folder: join(data, 'icons'), depth: THEME_DEPTH },
    { folder: join(data, 'mime', 'packages'), depth: 0 },
    { folder: join(data, 'metainfo'), depth: 0 },
  ];
  for (const { folder, depth } of folders) {
    for (const relativePath of await walkFiles(folder, depth, options)) {
      const path = join(folder, relativePath);
      const name = basename(path);
      const key = keyOfFile(name);
      if (key !== undefined) note(byKey, key, path);
      else if (relativePath === name && depth > 0) note(flat, stemOf(name), path);
    }
  }
  return { byKey, flat };
}

/** What the names of an entry's files begin or end with, each with its kind before it. */
function keysOf({ tool, relativePath, entry, image, realImage }: FoundEntry): Set<string> {
  const name = basename(relativePath);
  const paths = [image, realImage].filter((path) => path !== null);
  const keys = new Set<string>();
  if (tool === 'libappimage' || tool === 'AppImageLauncher' || tool === 'go-appimaged') {
    const noted = stringOf(entry, 'X-AppImage-Identifier');
    const ids = [KIT_ID.exec(name)?.[1], /^[0-9a-f]{32}$/.exec(noted ?? '')?.[0], ...foreignIds(...paths)];
    for (const id of ids) if (id !== undefined) keys.add(`kit:${id}`);
  }
  if (tool === 'AppImagePool') keys.add(`pool:${POOL_ID.exec(name)?.[1]}`);
  if (tool === 'desktopintegration') {
    for (const stem of [stemOf(name), stringOf(entry, 'Icon') ?? '']) {
      if (SCRIPT_NAME.test(stem)) keys.add(`script:${stem}`);
    }
  }
  return keys;
}

/** The files that were written for an entry and that no other entry names. */
export async function filesOfEntry(
  found: FoundEntry,
  { byKey, flat }: ForeignFiles,
  { usedIcons }: Pick<FoundEntries, 'usedIcons'>,
  places: Places,
): Promise<string[]> {
  if (!found.isChangeable) return [];
  const icon = stringOf(found.entry, 'Icon') ?? '';
  const keys = keysOf(found);
  const files = [...keys].flatMap((key) => byKey.get(key) ?? []);
  if (found.tool === 'AM') files.push(...(flat.get(icon) ?? []));
  const name = basename(found.relativePath);
  if (found.tool === 'Gear Lever' && isGearLeverIcon(icon, found.image ?? '', name)) files.push(icon);
  const ids = [...keys].flatMap((key) => (key.startsWith('kit:') ? [key.slice('kit:'.length)] : []));
  // File managers have thumbnails of a file that is there under the encoded id.
  const paths = found.state === 'live' ? [found.image, found.realImage] : [];
  const shared = new Set(paths.flatMap((path) => (path === null ? [] : [encodedId(path)])));
  for (const id of ids) if (!shared.has(id)) files.push(...thumbnailPaths(places, id));
  const unused = [...new Set(files)].filter((path) => !(usedIcons.has(path) || usedIcons.has(stemOf(basename(path)))));
  return existingFiles(unused);
}

/** Icons and packages whose entry is not there any more. */
export async function findLeftovers(
  { byKey }: ForeignFiles,
  { foreign, usedIcons }: FoundEntries,
  places: Places,
): Promise<string[]> {
  const claimed = new Set(foreign.flatMap((found) => [...keysOf(found)]));
  const leftovers: string[] = [];
  for (const [key, paths] of byKey) {
    if (claimed.has(key) || paths.some((path) => usedIcons.has(path) || usedIcons.has(stemOf(basename(path)))))
      continue;
    leftovers.push(...paths);
    if (key.startsWith('kit:')) leftovers.push(...(await existingFiles(thumbnailPaths(places, key.slice(4)))));
  }
  return leftovers.sort();
}

function keyOfFile(name: string): string | undefined {
  const id = KIT_ID.exec(name)?.[1];
  if (id !== undefined) return `kit:${id}`;
  const pool = POOL_ID.exec(name)?.[1];
  if (pool !== undefined) return `pool:${pool}`;
  return SCRIPT_NAME.test(name) ? `script:${stemOf(name)}` : undefined;
}

/** libappimage has the folders of `~/.cache` and of before 2012, whatever the environment says. */
function thumbnailPaths({ home, cache }: Places, id: string): string[] {
  const folders = [
    ...(cache === null ? [] : [join(cache, 'thumbnails')]),
    ...(home === null ? [] : [join(home, '.cache', 'thumbnails'), join(home, '.thumbnails')]),
  ];
  return [...new Set(folders)].flatMap((folder) =>
    ALL_THUMBNAIL_FOLDERS.map((size) => join(folder, size, `${id}.png`)),
  );
}

async function existingFiles(paths: readonly string[]): Promise<string[]> {
  const existing: string[] = [];
  for (const path of paths) {
    const isFile = await lstat(path).then(
      (facts) => facts.isFile(),
      () => false,
    );
    if (isFile) existing.push(path);
  }
  return existing.sort();
}

function note(map: Map<string, string[]>, key: string, path: string): void {
  map.set(key, [...(map.get(key) ?? []), path]);
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}
