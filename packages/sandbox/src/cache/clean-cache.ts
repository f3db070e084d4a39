import { execFile } from 'node:child_process';
import { AppImageError } from '@appimage-js/format';
import { aboutItself, type HostFacts } from '../host.ts';
import type { Environment } from './cache-folder.ts';
import { type CachedTree, listCache } from './list-cache.ts';
import { removeTree } from './remove-tree.ts';

/** Which of the trees in a cache may go. */
export interface CleanCacheOptions {
  readonly host: HostFacts;
  /** Says where the cache is. Default: the environment of this process. */
  readonly env?: Environment;
  /** Keys or parts of paths and names; all where nothing is said. */
  readonly only?: readonly string[];
  /** Those that have not been started for so many seconds. Default: all. */
  readonly olderThan?: number;
  /** Bytes that the cache may have afterwards: what was used longest ago goes first. Default: none. */
  readonly maximumSize?: number;
  /** Now, in seconds since 1970. Default: the clock's time. */
  readonly now?: number;
  /** Only tells what would go. Default: false. */
  readonly dryRun?: boolean;
}

/** What has come of it. */
export interface CleanedCache {
  readonly removed: readonly CachedTree[];
  /** What was to go, and is in use. */
  readonly kept: readonly CachedTree[];
  /** Bytes that are free now. */
  readonly freed: number;
}

/**
 * Removes what was unpacked. What is in use stays, whatever was asked for: the native runtime does the removing, with the locks that
 * starts hold.
 *
 * @throws AppImageError `io` when removing fails
 */
export async function cleanCache(options: CleanCacheOptions): Promise<CleanedCache> {
  const { host, env = process.env, dryRun = false } = options;
  const all = await listCache(env);
  const chosen = choose(all, options);
  // No lock is held on a root: where nobody tells whether it is in use, it stays.
  const usable = chosen.filter(({ inUse, kind }) => inUse === false || (inUse === null && kind === 'image'));
  if (dryRun || usable.length === 0) return result(usable, chosen);
  const images = usable.filter(({ kind }) => kind === 'image').map(({ key }) => key);
  if (images.length > 0) await removeImages(images, { host, env });
  for (const { path, kind } of usable) if (kind === 'root') await removeTree(path);
  const left = new Set((await listCache(env)).map(({ path }) => path));
  return result(
    usable.filter(({ path }) => !left.has(path)),
    chosen,
  );
}

function choose(all: readonly CachedTree[], options: CleanCacheOptions): CachedTree[] {
  const { only = [], olderThan, maximumSize, now = Date.now() / 1000 } = options;
  const named = only.length === 0 ? all : all.filter((tree) => only.some((word) => isNamed(tree, word)));
  const old = olderThan === undefined ? named : named.filter(({ lastUsed }) => lastUsed < now - olderThan);
  if (maximumSize === undefined) return [...old];
  let size = all.reduce((sum, tree) => sum + tree.size, 0);
  const chosen: CachedTree[] = [];
  for (const tree of old.toReversed()) {
    if (size <= maximumSize) break;
    chosen.push(tree);
    size -= tree.size;
  }
  return chosen;
}

function isNamed({ key, path, name }: CachedTree, word: string): boolean {
  return key === word || path === word || name === word || (word.length >= 8 && key.startsWith(word));
}

function result(removed: readonly CachedTree[], chosen: readonly CachedTree[]): CleanedCache {
  return {
    removed,
    kept: chosen.filter((tree) => !removed.includes(tree)),
    freed: removed.reduce((sum, { size }) => sum + size, 0),
  };
}

async function removeImages(
  keys: readonly string[],
  { host, env }: { readonly host: HostFacts; readonly env: Environment },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(
      host.runtime,
      ['--appimage-cache-clean', ...keys],
      { env: { ...env, ...aboutItself(host) } },
      (error, _, stderr) => {
        if (error === null) return resolve();
        const said = stderr.trim() || error.message;
        reject(
          new AppImageError('io', `Cannot clean the extraction cache: ${said}`, { path: host.runtime, cause: error }),
        );
      },
    );
  });
}
