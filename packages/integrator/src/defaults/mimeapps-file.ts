import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ioError } from '@appimage-js/format/node';
import { removeFile } from '../files/remove-file.ts';
import { checkWay, temporaryName, writeAtomically } from '../files/write-file.ts';
import type { Places } from '../places/places.ts';

/** More than anybody has chosen. */
const MAXIMUM_SIZE = 4 * 1_048_576;

/** The user's choice of applications as it is on the disk. */
export interface MimeappsFile {
  readonly text: string;
  readonly isThere: boolean;
  /** False for what only others may write, such as a link into a store of packages, and for what is no file. */
  readonly isWritable: boolean;
}

/** Where it is. */
export function mimeappsPath({ config }: Places): string {
  return join(config, 'mimeapps.list');
}

/** @throws AppImageError `io` */
export async function readMimeapps(places: Places): Promise<MimeappsFile> {
  const path = mimeappsPath(places);
  try {
    const target = await realpath(path);
    const facts = await stat(target);
    if (!facts.isFile() || facts.size > MAXIMUM_SIZE) return { text: '', isThere: true, isWritable: false };
    const isWritable = (await mayWrite(target)) && (await mayWrite(dirname(target)));
    return { text: await readFile(target, 'utf8'), isThere: true, isWritable };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { text: '', isThere: false, isWritable: true };
    if (code === 'ELOOP') return { text: '', isThere: true, isWritable: false };
    throw ioError(`Cannot read ${path}`, path, cause);
  }
}

/**
 * Writes it with the permissions that it had, and where a symlink leads to: whoever keeps it elsewhere means that file.
 *
 * @param text null takes it away
 * @param token of the name of the new file until it is whole
 * @throws AppImageError `io`, `not-permitted` for a folder that is a symlink and leads out
 */
export async function writeMimeapps(places: Places, text: string | null, token: string): Promise<void> {
  const path = mimeappsPath(places);
  await checkWay(places.config, path);
  if (text === null) return await removeFile(path);
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (facts) => facts.mode & 0o777,
    () => undefined,
  );
  await writeAtomically(target, new TextEncoder().encode(text), { token, ...(mode !== undefined && { mode }) });
}

/** Takes away what one that was killed has left. */
export async function clearMimeapps(places: Places, token: string): Promise<void> {
  const path = mimeappsPath(places);
  await removeFile(temporaryName(await realpath(path).catch(() => path), token));
}

async function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
