/*
 * Where extraction caches are: the same places, in the same order and under the same conditions as the native runtime's, so that
 * both find what the other has unpacked. See docs/runtime-options.md.
 */
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { systemReason } from '@appimage-js/format/node';
import { mountOptionsOf } from '../mount-table.ts';

/** Variables of the environment that say where things are. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A place for a cache, whether something is there or not. */
export interface CachePlace {
  readonly path: string;
  /** Below a folder of the user's, which is made where it is missing; else in one that all use. */
  readonly isBelowOwn: boolean;
}

/** Every place that the environment leads to, the best first. */
export function cachePlaces(env: Environment): CachePlace[] {
  const { XDG_CACHE_HOME, HOME, XDG_RUNTIME_DIR, TMPDIR } = env;
  const own = [XDG_CACHE_HOME, HOME && join(HOME, '.cache'), XDG_RUNTIME_DIR];
  const shared = [TMPDIR, '/tmp', '/var/tmp'];
  return [
    ...own.filter(isUsable).map((base) => ({ path: join(base, 'appimage'), isBelowOwn: true })),
    ...shared.filter(isUsable).map((base) => ({ path: join(base, `appimage-${userId()}`), isBelowOwn: false })),
  ];
}

function isUsable(path: string | undefined): path is string {
  return path !== undefined && path !== '' && isAbsolute(path);
}

/** Why a place is not used, or nothing. */
export async function openCachePlace({ path, isBelowOwn }: CachePlace): Promise<string | undefined> {
  const distrust = isBelowOwn ? await distrustOfOwn(dirname(path)) : await distrustOfShared(dirname(path));
  if (distrust !== undefined) return distrust;
  try {
    if (isBelowOwn) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    return systemReason(error);
  }
  if (!(await isPrivate(path))) return 'it belongs to somebody else, or others can write to it';
  if ((await mountOptionsOf(path)).includes('noexec')) return 'programs may not be run from there (noexec)';
  return undefined;
}

/** Whether that is a folder of this user's that nobody else can write to, and no symlink to one. */
export async function isPrivate(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === userId() && (found.mode & 0o022) === 0;
}

/** Under sudo, HOME may be another user's. What is missing is made in a folder of this user's. */
async function distrustOfOwn(base: string): Promise<string | undefined> {
  const found = (await stat(base).catch(() => undefined)) ?? (await stat(dirname(base)).catch(() => undefined));
  if (found === undefined || found.uid === userId()) return undefined;
  return 'it belongs to somebody else';
}

/** In a folder that others write to as well, only the sticky bit keeps them from replacing what is there. */
async function distrustOfShared(base: string): Promise<string | undefined> {
  const found = await stat(base).catch(() => undefined);
  if (found === undefined) return 'there is no such folder';
  if (found.uid !== 0 && found.uid !== userId()) return 'it belongs to somebody else';
  const isOpen = (found.mode & 0o022) !== 0;
  return isOpen && (found.mode & 0o1000) === 0 ? 'others can replace what is in it' : undefined;
}

function userId(): number {
  return process.geteuid?.() ?? 0;
}

/**
 * The first place that can be used.
 *
 * @throws AppImageError `io` where none can be; the message says why
 */
export async function openUsablePlace(env: Environment): Promise<string> {
  const reasons: string[] = [];
  for (const place of cachePlaces(env)) {
    const distrust = await openCachePlace(place);
    if (distrust === undefined) return place.path;
    reasons.push(`${place.path}: ${distrust}`);
  }
  throw new AppImageError(
    'io',
    `Cannot find a cache folder: none can be used (${reasons.join('; ')}); name one in XDG_CACHE_HOME`,
  );
}
