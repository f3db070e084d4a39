import { randomUUID } from 'node:crypto';
import { open, readdir, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppImage, AppImageError, isAppImageError } from '@appimage-js/format';
import { extractFileSystem, openAppImage, systemReason } from '@appimage-js/format/node';
import { type CachePlace, cachePlaces, type Environment, openCachePlace } from './cache-folder.ts';
import { contentKey } from './content-key.ts';
import { withPrivateUmask } from './private-umask.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { removeTree } from './remove-tree.ts';
import { sealTree } from './seal-tree.ts';

/** Options of {@link extractToCache}. */
export interface ExtractToCacheOptions {
  /** Says where the cache is. Default: the environment of this process. */
  readonly env?: Environment;
  readonly signal?: AbortSignal;
}

/** Errors that another file system may not have. */
const PASSED_OVER: readonly string[] = ['EROFS', 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM'];

/**
 * Unpacks an image into the extraction cache, and answers the folder of its files; one that is there already is answered at
 * once. A folder that can not be used is passed over for the next one. Whoever comes second while another start unpacks the
 * same image does so, too, and takes what is there first.
 *
 * @throws AppImageError `io` where no folder can be used, whatever reading the image throws
 */
export async function extractToCache(file: string, options: ExtractToCacheOptions = {}): Promise<string> {
  return await withPrivateUmask(() => extract(file, options));
}

async function extract(file: string, { env = process.env, signal }: ExtractToCacheOptions): Promise<string> {
  await using image = await openAppImage(file, signal && { signal });
  const reasons: string[] = [];
  for (const place of cachePlaces(env)) {
    const distrust = await openCachePlace(place);
    const directory = distrust === undefined ? await tryPlace({ file, image, place, reasons, signal }) : undefined;
    if (directory !== undefined) return directory;
    if (distrust !== undefined) reasons.push(`${place.path}: ${distrust}`);
  }
  throw new AppImageError(
    'io',
    `Cannot unpack ${file}: no folder can be used (${reasons.join('; ')}); name one with room, where programs may be run, in XDG_CACHE_HOME`,
    { path: file },
  );
}

interface Attempt {
  readonly file: string;
  readonly image: AppImage;
  readonly place: CachePlace;
  readonly reasons: string[];
  readonly signal: AbortSignal | undefined;
}

/** Undefined where another place may do better. */
async function tryPlace({ file, image, place, reasons, signal }: Attempt): Promise<string | undefined> {
  const { source, payload, files, problem } = image;
  if (payload === null || problem !== undefined) {
    throw problem ?? new AppImageError('unsupported', `Cannot unpack ${file}: there is no file system in it`);
  }
  const { offset } = payload;
  const length = Math.min(payload.length ?? source.size - offset, source.size - offset);
  const key = await contentKey(place.path, { file, source, offset, length }, { signal });
  const directory = join(place.path, key);
  if (await isComplete(directory)) return await touched(directory);
  await removeLeftovers(place.path);
  const partial = `${directory}.partial.${process.pid}-${randomUUID()}`;
  try {
    await extractFileSystem(files, partial, { signal, payloadLength: length });
    await sealTree(partial);
    return await publish(partial, directory);
  } catch (error) {
    await removeTree(partial);
    const code = codeOf(error);
    if (code === undefined || !PASSED_OVER.includes(code)) throw error;
    reasons.push(`${place.path}: ${systemReason(isAppImageError(error) ? error.cause : error)}`);
    return undefined;
  }
}

/** A tree gets its name when all is in it. What is to be started being there is a cheap sign that nobody has cleaned in it since. */
async function isComplete(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  return names.some((name) => name === 'AppRun' || name.startsWith('AppRun.'));
}

async function publish(partial: string, directory: string): Promise<string> {
  await touched(directory);
  try {
    await rename(partial, directory);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    if (await isComplete(directory)) await removeTree(partial);
    else {
      await removeTree(directory);
      await rename(partial, directory);
    }
  }
  return directory;
}

/** The time of the file beside a tree is that of its last start; the native runtime locks that file, and evicts by its time. */
async function touched(directory: string): Promise<string> {
  const path = `${directory}.lock`;
  const handle = await open(path, 'a', 0o600);
  await handle.close();
  const now = new Date();
  await utimes(path, now, now);
  return directory;
}

function codeOf(error: unknown): string | undefined {
  if (isAppImageError(error)) return codeOf(error.cause);
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
