import {
  type AppImage,
  type OpenAppImageOptions,
  openAppImage as openPortableAppImage,
} from '../appimage/open-appimage.ts';
import { dwarfsPayload, openDwarfsPayload, type PayloadOpener } from '../appimage/open-payload.ts';
import { unreadableFiles } from '../appimage/unreadable-files.ts';
import { isAppImageError } from '../errors.ts';
import type { SourceInput } from '../io/open-source.ts';
import { nodeDecompressors } from './decompressors.ts';
import { openDwarfs } from './dwarfs/open-dwarfs.ts';
import { openSource } from './open-source.ts';

/**
 * Opens a file of any kind, as the `openAppImage` of the root entry does, with Node's means: a string that begins with
 * `http://` or `https://` is a URL, any other a path; gzip and zstd are decompressed by Node,
 * and DwarFS is read where the host has a program for it.
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
  return openPortableAppImage(await openSource(input, options), {
    decompressors: nodeDecompressors,
    ...options,
    openers: { dwarfs: openDwarfsByTool, ...options.openers },
  });
}

/** Without a program on the host, the image is recognized all the same. */
const openDwarfsByTool: PayloadOpener = async (source, place, options) => {
  try {
    const files = await openDwarfs(source, { ...options, offset: place.offset });
    return { payload: dwarfsPayload(place, files.image), files, opensOnUse: true, close: () => files.close() };
  } catch (error) {
    if (!isAppImageError(error) || error.code !== 'unsupported') throw error;
    return { ...(await openDwarfsPayload(source, place, options)), files: unreadableFiles(error), problem: error };
  }
};
