/*
 * Thumbnails of images where desktops look for them. Thumbnail Managing Standard 0.9.0:
 * https://specifications.freedesktop.org/thumbnail-spec/latest/
 */
import { hash } from 'node:crypto';
import type { Icon, ReadOptions } from '@appimage-js/format';
import type { ImageContents } from '../inspect/image-contents.ts';
import type { FileStamp } from '../manifest/manifest.ts';
import { type PlannedFile, plannedFile } from '../plan/planned-file.ts';
import { fileUri } from './file-uri.ts';
import type { IconDrawer } from './icon-drawer.ts';
import { withPngTexts } from './png-text.ts';
import { THUMBNAIL_FOLDERS, type ThumbnailFolder } from './thumbnail-sizes.ts';

/** What thumbnails are made of beside the icons. */
export interface ThumbnailRequest extends ReadOptions {
  readonly path: string;
  readonly stamp: Pick<FileStamp, 'mtime' | 'size'>;
  readonly folders: readonly ThumbnailFolder[];
  readonly drawer: IconDrawer;
  /** What can not be drawn is told here. */
  readonly remarks: string[];
}

const NANOSECONDS = 1_000_000_000n;

/**
 * Makes the thumbnails of an image: one a folder, as long as its icon has more to show there than in the one before. Nothing that
 * consists of pixels is made larger.
 */
export async function makeThumbnails(
  { icons, mimeType }: Pick<ImageContents, 'icons' | 'mimeType'>,
  { path, stamp, folders, drawer, remarks, signal }: ThumbnailRequest,
): Promise<PlannedFile[]> {
  const uri = fileUri(path);
  const texts = {
    'Thumb::URI': uri,
    'Thumb::MTime': String(BigInt(stamp.mtime) / NANOSECONDS),
    'Thumb::Size': String(stamp.size),
    'Thumb::Mimetype': mimeType,
    Software: 'appimage-js',
  };
  const files: PlannedFile[] = [];
  const contents = new Map(icons.map(({ icon, content }) => [icon, content]));
  const read = (icon: Icon): Uint8Array => contents.get(icon) as Uint8Array;
  let last = 0;
  for (const folder of folders) {
    const drawn = await drawer.drawBest([...contents.keys()], THUMBNAIL_FOLDERS[folder], { read, remarks, signal });
    if (drawn === undefined || drawn.size <= last) break;
    last = drawn.size;
    const content = withPngTexts(drawn.png, texts);
    files.push(plannedFile(thumbnailPath(uri, folder), content, { root: 'cache', mode: 0o600 }));
  }
  return files;
}

/** Below the folder for caches. */
function thumbnailPath(uri: string, folder: ThumbnailFolder): string {
  return `thumbnails/${folder}/${hash('md5', uri)}.png`;
}
