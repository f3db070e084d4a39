import { detectImage, type ImageType, type PayloadKind } from '@appimage-js/format';
import { openFileSource } from '@appimage-js/format/node';

/** What a plan has to know about an image. */
export interface ImageFacts {
  readonly type: ImageType;
  /** For which the file's own runtime was made; undefined where it has none. */
  readonly architecture: string | undefined;
  /** Its file system, and where that begins; undefined where there is none. */
  readonly payload: { readonly kind: PayloadKind; readonly offset: number } | undefined;
}

/**
 * Looks at an image, only as far as a plan needs.
 *
 * @throws AppImageError `io` when the file can not be read, `malformed` or `out-of-bounds` when it is damaged
 */
export async function readImage(file: string): Promise<ImageFacts> {
  await using source = await openFileSource(file);
  const { type, elf, payload, problem } = await detectImage(source);
  if (problem !== undefined) throw problem;
  return { type, architecture: elf?.architecture, payload };
}
