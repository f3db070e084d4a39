/*
 * The trash of the desktop. Trash specification 1.0: https://specifications.freedesktop.org/trash-spec/latest/
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import type { Places } from './places.ts';

/**
 * Moves a file to the user's trash, or to that of the volume that it is on; answers where it is then.
 *
 * @throws AppImageError `io` where neither takes it; the file stays then
 */
export async function trashFile(places: Places, path: string): Promise<string> {
  try {
    return await moveInto(join(places.data, 'Trash'), path, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EXDEV')
      throw ioError(`Cannot move ${path} to the trash`, path, cause);
  }
  try {
    const top = await topOf(path);
    return await moveInto(join(top, `.Trash-${process.getuid?.() ?? 0}`), path, relative(top, path));
  } catch (cause) {
    throw ioError(`Cannot move ${path} to the trash`, path, cause);
  }
}

async function moveInto(trash: string, path: string, recorded: string): Promise<string> {
  await mkdir(join(trash, 'files'), { recursive: true, mode: 0o700 });
  await mkdir(join(trash, 'info'), { recursive: true, mode: 0o700 });
  for (let count = 1; ; count++) {
    const name = count === 1 ? basename(path) : `${basename(path)}.${count}`;
    const info = join(trash, 'info', `${name}.trashinfo`);
    try {
      await using file = await open(info, 'wx', 0o600);
      const date = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
      const encoded = recorded.split('/').map(encodeURIComponent).join('/');
      await file.writeFile(`[Trash Info]\nPath=${encoded}\nDeletionDate=${date}\n`);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw cause;
    }
    const target = join(trash, 'files', name);
    try {
      await rename(path, target);
      return target;
    } catch (cause) {
      await rm(info, { force: true });
      throw cause;
    }
  }
}

/** The folder that a volume is mounted at. */
async function topOf(path: string): Promise<string> {
  let folder = dirname(path);
  const { dev } = await stat(folder);
  while (folder !== '/' && (await stat(dirname(folder))).dev === dev) folder = dirname(folder);
  return folder;
}
