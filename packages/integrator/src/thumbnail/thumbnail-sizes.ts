/*
 * Thumbnail Managing Standard 0.9.0, "Directory": https://specifications.freedesktop.org/thumbnail-spec/latest/
 */

/** Folders of thumbnails, and the pixels that those in them have in a direction at most. */
export const THUMBNAIL_FOLDERS = { normal: 128, large: 256, 'x-large': 512, 'xx-large': 1024 } as const;

/** A folder of thumbnails. */
export type ThumbnailFolder = keyof typeof THUMBNAIL_FOLDERS;

/** All of them, the smallest first. */
export const ALL_THUMBNAIL_FOLDERS: readonly ThumbnailFolder[] = ['normal', 'large', 'x-large', 'xx-large'];
