/*
 * The trash of the desktop. Trash specification 1.0: https://specifications.freedesktop.org/trash-spec/latest/
 */
import { lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { Places } from '../places/places.ts';
import { isThere } from './write-file.ts';

/** A longer name would have no room for what is put behind it. */
const MAXIMUM_NAME_BYTES = 200;

/**
 * Moves a file to the user's trash, or to that of the volume that it is on; answers where it is then. Where that is another volume without
 * a trash, it is made.
 *
 * @param places the user's own, also for what belongs to all users
 * @throws AppImageError `io` where neither takes it, `not-permitted` where the trash of the volume is somebody else's; the file stays then
 */
export async function trashFile(places: Places, path: string): Promise<string> {
  try {
    return await moveInto(join(places.data, 'Trash'), path, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EXDEV')
      throw ioError(`Cannot move ${path} to the trash`, path, cause);
  }
  const top = await topOf(path);
  const trash = join(top, `.Trash-${process.getuid?.() ?? 0}`);
  try {
    await mkdir(trash, { mode: 0o700 }).catch(ignoreExisting);
    await checkOwn(trash);
    return await moveInto(trash, path, relative(top, path));
  } catch (cause) {
    if (cause instanceof AppImageError) throw cause;
    throw ioError(`Cannot move ${path} to the trash`, path, cause);
  }
}

/**
 * Takes a file out of the trash again.
 *
 * @param trashed what {@link trashFile} answered
 * @throws AppImageError `io` where something is at its place
 */
export async function restoreFromTrash(trashed: string, path: string): Promise<void> {
  if (await isThere(path)) {
    const reason = 'its place must be free, found that something of its name is there';
    throw new AppImageError('io', `Cannot take ${path} out of the trash: ${reason}`, { path });
  }
  try {
    await rename(trashed, path);
    await rm(infoOf(dirname(dirname(trashed)), basename(trashed)), { force: true });
  } catch (cause) {
    throw ioError(`Cannot take ${path} out of the trash`, path, cause);
  }
}

async function moveInto(trash: string, path: string, recorded: string): Promise<string> {
  await lstat(path); // without it nothing is made
  await mkdir(join(trash, 'files'), { recursive: true, mode: 0o700 });
  await mkdir(join(trash, 'info'), { recursive: true, mode: 0o700 });
  for (let count = 1; ; count++) {
    const name = count === 1 ? shortened(basename(path)) : `${shortened(basename(path))}.${count}`;
    const info = infoOf(trash, name);
    const target = join(trash, 'files', name);
    if (await isThere(target)) continue; // nobody knows any more where it came from
    try {
      await using file = await open(info, 'wx', 0o600);
      const date = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
      const encoded = recorded.split('/').map(encodeURIComponent).join('/');
      await file.writeFile(`[Trash Info]\nPath=${encoded}\nDeletionDate=${date}\n`);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw cause;
    }
    try {
      await rename(path, target);
      return target;
    } catch (cause) {
      await rm(info, { force: true });
      throw cause;
    }
  }
}

function infoOf(trash: string, name: string): string {
  return join(trash, 'info', `${name}.trashinfo`);
}

/** A name that is not too long, with the ending that it had. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAXIMUM_NAME_BYTES) return name;
  const ending = /\.[A-Za-z]{1,12}$/.exec(name)?.[0] ?? '';
  const characters = [...name.slice(0, name.length - ending.length)];
  while (Buffer.byteLength(characters.join('')) + ending.length > MAXIMUM_NAME_BYTES) characters.pop();
  return characters.join('') + ending;
}

/** Where everybody may write, everybody could have made a folder of that name, or a link to one. */
async function checkOwn(trash: string): Promise<void> {
  const facts = await lstat(trash);
  if (facts.isDirectory() && facts.uid === (process.getuid?.() ?? facts.uid)) return;
  const found = facts.isDirectory() ? `that of user ${facts.uid}` : 'something else';
  throw new AppImageError('not-permitted', `Cannot use ${trash}: it must be your own folder, found ${found}`, {
    path: trash,
  });
}

function ignoreExisting(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EEXIST') throw cause;
}

/** The folder that a volume is mounted at. */
async function topOf(path: string): Promise<string> {
  let folder = dirname(path);
  const { dev } = await stat(folder);
  while (folder !== '/' && (await stat(dirname(folder))).dev === dev) folder = dirname(folder);
  return folder;
}
