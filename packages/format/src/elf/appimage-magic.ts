/*
 * The AppImage magic: "AI" and the type, at offset 8 of the file, inside e_ident.
 * AppImage specification, "Type 1 image format" and "Type 2 image format".
 */
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';

/** The image types that have a magic. */
export type AppImageType = 1 | 2;

/** Where in the file the magic begins. */
export const APPIMAGE_MAGIC_OFFSET = 8;
/** Bytes of the magic. */
export const APPIMAGE_MAGIC_SIZE = 3;

/** The type that the three bytes name, or undefined when they are not the magic. */
export function parseAppImageMagic(bytes: Uint8Array): AppImageType | undefined {
  const [first, second, type] = bytes;
  if (first !== 0x41 || second !== 0x49) return undefined; // 0  "AI"
  return type === 1 || type === 2 ? type : undefined; //      2  type
}

/** The mirror of {@link parseAppImageMagic}. */
export function serializeAppImageMagic(type: AppImageType): Uint8Array {
  return Uint8Array.of(0x41, 0x49, type);
}

/**
 * The type that a file's magic names; undefined when there is none. Early type 1 images lack it.
 *
 * @throws AppImageError `io` when reading fails
 */
export async function readAppImageMagic(source: ByteSource, options?: ReadOptions): Promise<AppImageType | undefined> {
  if (source.size < APPIMAGE_MAGIC_OFFSET + APPIMAGE_MAGIC_SIZE) return undefined;
  return parseAppImageMagic(await source.read(APPIMAGE_MAGIC_OFFSET, APPIMAGE_MAGIC_SIZE, options));
}
