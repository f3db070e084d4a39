import type { Decompressors } from '../compression/codec.ts';
import type { Elf } from '../elf/read-elf.ts';
import { AppImageError } from '../errors.ts';
import type { ImageLimits } from '../filesystem/image-limits.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { type ByteSource, type ReadOptions, windowSource } from '../io/byte-source.ts';
import { openSquashfs } from '../squashfs/read/open-squashfs.ts';
import { detectImage, type ImageType, type PayloadKind } from './detect-image.ts';

/** Options of {@link openAppImage}. */
export interface OpenAppImageOptions extends ReadOptions {
  readonly decompressors: Decompressors;
  readonly limits?: ImageLimits;
}

/** The file system in an image. */
export interface Payload {
  readonly kind: PayloadKind;
  /** Bytes before it. */
  readonly offset: number;
  /** Bytes without padding. */
  readonly length: number;
  readonly compression: string;
  /** Bytes of a data block. */
  readonly blockSize: number;
}

/** An image that was opened, of whichever type. */
export interface AppImage {
  readonly type: ImageType;
  readonly source: ByteSource;
  /** In the specification's spelling: `x86_64`, `i686`, `armhf`, `aarch64`. */
  readonly architectures: readonly string[];
  readonly elf: Elf | undefined;
  readonly payload: Payload;
  readonly files: ReadonlyFileSystem;
}

/**
 * Opens an image of any supported type: recognizes it by its content and opens the file system in it.
 *
 * @example
 * ```ts
 * import { openAppImage } from '@appimage-js/format';
 * import { nodeDecompressors, openFileSource } from '@appimage-js/format/node';
 *
 * export async function listRoot(path: string): Promise<string[]> {
 *   await using source = await openFileSource(path);
 *   const image = await openAppImage(source, { decompressors: nodeDecompressors });
 *   return (await image.files.readDirectory('')).map((entry) => entry.path);
 * }
 * ```
 *
 * @throws AppImageError `malformed`, `out-of-bounds` for damaged images; `unsupported` for what is not an image, or one whose
 *   file system or compression can not be read
 */
export async function openAppImage(source: ByteSource, options: OpenAppImageOptions): Promise<AppImage> {
  const { type, elf, payload } = await detectImage(source, options);
  if (payload === undefined) {
    const found = type === 'elf' ? 'an ELF file without a file system behind it' : 'a file of another kind';
    throw new AppImageError('unsupported', `Cannot open image: expected an AppImage or SquashFS image, found ${found}`);
  }
  const { kind, offset } = payload;
  if (kind !== 'squashfs') {
    throw new AppImageError(
      'unsupported',
      `Cannot open image: its file system must be squashfs, found ${kind === 'unknown' ? 'something unknown' : kind} at offset ${offset}`,
      { offset },
    );
  }
  const files = await openSquashfs(windowSource(source, offset), options);
  const { bytesUsed, compression, blockSize } = files.superblock;
  return {
    type,
    source,
    architectures: elf ? [elf.architecture] : [],
    elf,
    payload: { kind, offset, length: bytesUsed, compression, blockSize },
    files,
  };
}
