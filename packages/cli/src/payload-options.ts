import {
  type ImageType,
  type PayloadCompression,
  parseSortList,
  SORT_PROFILES,
  type SortOrder,
} from '@appimage-js/builder';
import { readBoundedFile } from '@appimage-js/format/node';
import { formatBlockSize } from './output/size.ts';
import { UsageError } from './usage-error.ts';

/** The words for types of images on the command line. */
export const IMAGE_TYPES = ['1', '2', 'shimg'] as const;

/** The words for compressions on the command line. */
export const COMPRESSIONS: readonly PayloadCompression[] = ['zstd', 'gzip', 'lz4', 'xz', 'zisofs', 'none'];

export const COMPRESSION_HELP = 'compression (default: zstd, of a shImg lz4, of type 1 zisofs)';

export const LEVEL_HELP =
  'compression level: zstd 1 to 22 (default 15), gzip and zisofs 1 to 9 (default 9), lz4 1 to 12 (default 8), xz 6';

/** The library's word for a type of image. */
export function imageTypeOf(word: (typeof IMAGE_TYPES)[number]): ImageType {
  return word === 'shimg' ? word : `type-${word}`;
}

/** A payload in words: "squashfs, zstd 15, 128 KiB blocks". Level and block size are null where they stay as they were. */
export function payloadText(payload: {
  readonly kind: string;
  readonly compression: string;
  readonly level: number | null;
  readonly blockSize: number | null;
}): string {
  const { kind, blockSize } = payload;
  const blocks = blockSize === null || blockSize === 0 ? [] : [`${formatBlockSize(blockSize)} blocks`];
  return [kind, methodText(payload), ...blocks].join(', ');
}

/** A compression with its level: "zstd 15", or "not compressed". */
export function methodText(payload: { readonly compression: string; readonly level: number | null }): string {
  const { compression, level } = payload;
  if (compression === 'none') return 'not compressed';
  return level === null ? compression : `${compression} ${level}`;
}

/** That of a list of a million files. */
const MAXIMUM_LIST_SIZE = 64 * 1_048_576;

export const SORT_HELP =
  'which contents come first: name, start (what is read at the start), or a file with paths and priorities (default: name)';

/**
 * The order that a word on the command line asks for: that of a profile, or of the list in a file.
 *
 * @throws UsageError where there is no such profile and no such file
 */
export async function sortOrderOf(word: string | undefined): Promise<SortOrder | undefined> {
  if (word === undefined) return undefined;
  const profile = SORT_PROFILES.find((name) => name === word);
  if (profile !== undefined) return profile;
  const bytes = await readBoundedFile(word, MAXIMUM_LIST_SIZE).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read sort list ${word}: it must be ${SORT_PROFILES.join(', ')} or a file, ${reason}`, {
      cause,
    });
  });
  return parseSortList(new TextDecoder().decode(bytes));
}
