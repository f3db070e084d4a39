import { randomUUID } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { type Environment, openUsablePlace } from '../cache/cache-folder.ts';
import { withPrivateUmask } from '../cache/private-umask.ts';
import { removeLeftovers } from '../cache/remove-leftovers.ts';
import { removeTree } from '../cache/remove-tree.ts';
import { readHost } from '../host.ts';
import { checkDigest, type OciImage, readOciImage } from './oci-image.ts';
import { layeredRoot, unpackLayer } from './unpack-layer.ts';

/** Options of {@link unpackOciImage}. */
export interface UnpackOciImageOptions {
  /** Says where the cache is. */
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** Of roots in a cache folder; the rest of the name is the digest of the manifest. */
const ROOT_PREFIX = 'root-';

/**
 * Unpacks a container image into the cache, once, and answers the folder. Every part is checked against its digest before it
 * is used.
 *
 * @throws AppImageError as reading and unpacking it throws
 */
export async function unpackOciImage(source: string, options: UnpackOciImageOptions): Promise<string> {
  return await withPrivateUmask(() => unpackImage(source, options));
}

async function unpackImage(source: string, { env, signal }: UnpackOciImageOptions): Promise<string> {
  const place = await openUsablePlace(env);
  await removeLeftovers(place);
  const { architecture } = readHost();
  if ((await stat(source)).isDirectory()) return unpack(place, await readOciImage(source, architecture), signal);
  // The parts of a tarball refer to each other in any order.
  const layout = join(place, `${ROOT_PREFIX}layout.partial.${process.pid}-${randomUUID()}`);
  await mkdir(layout, { mode: 0o700 });
  try {
    await unpackLayer(layeredRoot(layout), source, signal);
    return await unpack(place, await readOciImage(layout, architecture), signal);
  } finally {
    await removeTree(layout);
  }
}

async function unpack(place: string, image: OciImage, signal?: AbortSignal): Promise<string> {
  const root = join(place, `${ROOT_PREFIX}${image.id.replace(/^\w+:/, '').slice(0, 40)}`);
  if ((await stat(root).catch(() => undefined))?.isDirectory() === true) return root;
  const partial = `${root}.partial.${process.pid}-${randomUUID()}`;
  await mkdir(partial, { mode: 0o755 });
  try {
    const target = layeredRoot(partial);
    for (const { path, digest } of image.layers) {
      if (digest !== undefined) await checkDigest(path, digest, signal);
      await unpackLayer(target, path, signal);
    }
    await rename(partial, root).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // somebody else was faster
    });
    return root;
  } catch (error) {
    throw signal?.aborted === true || error instanceof AppImageError ? error : toIoError(error, partial);
  } finally {
    await removeTree(partial);
  }
}

function toIoError(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  return new AppImageError('io', `Cannot write ${path}: ${error.message}`, { path, cause: error });
}
