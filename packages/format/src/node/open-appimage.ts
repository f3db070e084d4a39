import {
  type AppImage,
  type OpenAppImageOptions,
  openAppImage as openPortableAppImage,
} from '../appimage/open-appimage.ts';
import type { SourceInput } from '../io/open-source.ts';
import { nodeDecompressors } from './codecs.ts';
import { openSource } from './open-source.ts';

/**
 * Opens a file of any kind, as the `openAppImage` of the root entry does, with Node's means: a string that begins with
 * `http://` or `https://` is a URL, any other a path; gzip and zstd are decompressed by Node.
 *
 * @example
 * ```ts
 * import { describeAppImage } from '@appimage-js/format';
 * import { openAppImage } from '@appimage-js/format/node';
 *
 * export async function nameOf(file: string): Promise<string | null> {
 *   await using image = await openAppImage(file);
 *   return (await describeAppImage(image)).name;
 * }
 * ```
 *
 * @throws AppImageError as the `openAppImage` of the root entry does
 */
export async function openAppImage(input: SourceInput | string, options: OpenAppImageOptions = {}): Promise<AppImage> {
  return openPortableAppImage(await openSource(input, options), { decompressors: nodeDecompressors, ...options });
}
