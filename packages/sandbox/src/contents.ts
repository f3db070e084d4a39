import { AppImageError, isAppImageError } from '@appimage-js/format';
import { type HostFacts, readRuntimeMethods } from './host.ts';
import type { ImageFacts } from './image.ts';

/**
 * Where an application's files come from: `runtime`, when the native runtime opens the image itself (a mount that ends with the
 * application, else its extraction cache), or a directory in which they are.
 */
export type Contents = 'runtime' | { readonly directory: string };

/** Options of {@link provideContents}. */
export interface ProvideContentsOptions {
  /** Path of the image. */
  readonly file: string;
  readonly image: ImageFacts;
  readonly host: HostFacts;
  /** Says where the extraction cache is. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What each of our runtimes reads. */
const COMPRESSIONS: readonly string[] = ['gzip', 'xz', 'lz4', 'zstd'];

/**
 * Makes the files of an image available: nothing is done for what the native runtime opens and for an AppDir; anything else is
 * unpacked into the extraction cache, once.
 *
 * @throws AppImageError `unsupported` for a file system that nothing here can read, `io` where there is no place to unpack it
 *   to, whatever reading it throws
 */
export async function provideContents(options: ProvideContentsOptions): Promise<Contents> {
  const { file, image, host, env = process.env } = options;
  if (image.type === 'appdir') return { directory: file };
  // What is no image is told by the plan.
  if (image.payload === undefined || image.payload.kind === 'unknown' || (await canOpenContents(image, host)))
    return 'runtime';
  const { extractToCache } = await import('./cache/extract-to-cache.ts');
  try {
    const { signal } = options; // asked for only here: whoever has to make one may not want to for nothing
    return { directory: await extractToCache(file, { env, ...(signal && { signal }) }) };
  } catch (error) {
    throw named(error, file);
  }
}

/** An error about what is in the image says which it is. */
function named(error: unknown, file: string): unknown {
  if (!isAppImageError(error) || error.message.includes(file)) return error;
  const { code, message, path = file } = error;
  return new AppImageError(code, `Cannot run ${file}: ${message}`, { path, cause: error });
}

/** Whether the native runtime of this host opens an image by itself. */
export async function canOpenContents({ payload }: ImageFacts, host: HostFacts): Promise<boolean> {
  if (payload?.kind === 'squashfs') return payload.compression !== null && COMPRESSIONS.includes(payload.compression);
  return payload?.kind === 'iso9660' && (await readRuntimeMethods(host)).includes('iso9660');
}
