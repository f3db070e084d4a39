/**
 * Formats of icons, told by content. The Icon Theme Specification knows PNG, SVG and XPM; SVGZ is SVG compressed by gzip, and
 * the others are what people put into `.DirIcon` nevertheless.
 */
export type IconFormat = 'png' | 'svg' | 'svgz' | 'xpm' | 'ico' | 'jpeg' | 'gif' | 'webp';

/** What an icon's own bytes say about it. */
export interface IconDescription {
  readonly format: IconFormat;
  /** Pixels, for SVG of 96 to the inch; null where the icon does not say. */
  readonly width: number | null;
  readonly height: number | null;
}

/** A picture's size as far as it is known. */
export interface IconSize {
  readonly width: number | null;
  readonly height: number | null;
}

/** The size of a picture that does not tell it, or not in the part that was read. */
export const UNKNOWN_SIZE: IconSize = { width: null, height: null };

/** No picture has none or more pixels than fit into 31 bits. */
export function checkedSize(width: number, height: number): IconSize {
  return { width: checkedLength(width), height: checkedLength(height) };
}

function checkedLength(length: number): number | null {
  return length > 0 && length < 2 ** 31 ? length : null;
}

/** Whether the bytes begin with those of a magic number or word. */
export function startsWith(bytes: Uint8Array, magic: readonly number[], offset = 0): boolean {
  return magic.every((byte, index) => bytes[offset + index] === byte);
}
