import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { createHttpClient } from '@appimage-js/updater';
import type { Session } from './session.ts';

/** Fetches a file into a folder under a name that no scan takes for an image; answers its path. */
export async function download(session: Session, url: string, folder: string): Promise<string> {
  const { environment, signal } = session;
  const name = fileNameOf(url);
  const part = join(folder, `${name}.part`);
  await mkdir(folder, { recursive: true });
  await using client = createHttpClient({ environment });
  const response = await client.get(url, { signal });
  try {
    await using file = await open(part, 'w', 0o644);
    await pipeline(response.body, file.createWriteStream({ autoClose: false }), { signal });
  } catch (cause) {
    await rm(part, { force: true });
    signal.throwIfAborted();
    throw cause instanceof AppImageError ? cause : ioError(`Cannot fetch ${url}`, part, cause);
  }
  return part;
}

/** The name that a URL gives a file, without what could lead elsewhere. */
export function fileNameOf(url: string): string {
  const last = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
  const name = last.replaceAll(/[/\0\p{Cc}]/gu, '_').replace(/^\.+/, '');
  return name === '' ? 'download.AppImage' : name;
}

/** Moves a file, over the borders of volumes as well; never onto another one. */
export async function moveFile(from: string, to: string): Promise<void> {
  const isTaken = await stat(to).then(
    () => true,
    () => false,
  );
  if (isTaken) {
    throw new AppImageError(
      'not-permitted',
      `Cannot move ${basename(from)} to ${dirname(to)}: something of that name is there`,
      { path: to },
    );
  }
  try {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EXDEV') throw cause;
      const part = `${to}.part`;
      await copyFile(from, part, constants.COPYFILE_FICLONE);
      await rename(part, to);
      await rm(from);
    });
  } catch (cause) {
    throw ioError(`Cannot move ${from}`, to, cause);
  }
}

/** In hexadecimal digits. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw ioError(`Cannot read ${path}`, path, cause);
  });
  return hash.digest('hex');
}

/** Lets everybody execute it who may read it. */
export async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  await chmod(path, (mode & 0o777) | ((mode & 0o444) >> 2) | 0o100).catch((cause: unknown) => {
    throw ioError(`Cannot make ${path} executable`, path, cause);
  });
}
