import type { Decompressors } from '../compression/codec.ts';
import { type DwarfsImage, readDwarfs } from '../dwarfs/read-dwarfs.ts';
import { AppImageError } from '../errors.ts';
import type { ImageLimits } from '../filesystem/image-limits.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { type ByteSource, type ReadOptions, windowSource } from '../io/byte-source.ts';
import { openIso9660 } from '../iso9660/read/open-iso9660.ts';
import { openSquashfs } from '../squashfs/read/open-squashfs.ts';
import type { PayloadKind, PayloadPlace } from './payload-place.ts';
import { unreadableFiles } from './unreadable-files.ts';

/** The file system in an image. */
export interface Payload extends PayloadPlace {
  /** Bytes without padding; null where nobody could tell. */
  readonly length: number | null;
  /** Version of the file system's format: "4.0" of SquashFS, "2.5" of DwarFS; null where there are none or nobody could tell. */
  readonly version: string | null;
  /** The spelling of `mksquashfs -comp`, `zisofs`, or `none`; null where nobody could tell. */
  readonly compression: string | null;
  /** Bytes of a data block before compression; null where there are none of one size. */
  readonly blockSize: number | null;
}

/** A file system that was opened. */
export interface OpenedPayload {
  readonly payload: Payload;
  readonly files: ReadonlyFileSystem;
  /** Set where the payload was recognized and its files can not be read; `files` fails with it. */
  readonly problem?: AppImageError;
  /**
   * Set where `files` are made available by the first use of them, at the cost of reading the whole image or of starting
   * programs; that use may fail, too. Such files are left alone until somebody wants one of them. Default: not so.
   */
  readonly opensOnUse?: boolean;
  /** Gives back what was opened beside the source. */
  close?(): Promise<void>;
}

/** Opens a payload of one kind that begins at `place.offset` of `source`. */
export type PayloadOpener = (
  source: ByteSource,
  place: PayloadPlace,
  options: OpenPayloadOptions,
) => Promise<OpenedPayload>;

/** Options of whoever opens payloads. */
export interface OpenPayloadOptions extends ReadOptions {
  readonly decompressors?: Decompressors;
  readonly limits?: ImageLimits;
}

/** The openers that a host adds to those that are here, or takes instead. */
export type PayloadOpeners = Partial<Readonly<Record<PayloadKind, PayloadOpener>>>;

/**
 * Opens the file system of an image.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when it is damaged, `unsupported` for a kind or a compression that
 *   can not be read here
 */
export async function openPayload(
  source: ByteSource,
  place: PayloadPlace,
  options: OpenPayloadOptions & { readonly openers?: PayloadOpeners | undefined },
): Promise<OpenedPayload> {
  const open = options.openers?.[place.kind] ?? OPENERS[place.kind];
  return open(source, place, options);
}

/** Blocks are looked at for their compression, each in a read of its own. */
const BLOCK_HEADERS = 3;

const OPENERS: Readonly<Record<PayloadKind, PayloadOpener>> = {
  squashfs: openSquashfsPayload,
  iso9660: openIso9660Payload,
  dwarfs: openDwarfsPayload,
  unknown: async (source, { offset }) => {
    if (offset >= source.size) {
      throw new AppImageError(
        'out-of-bounds',
        `Cannot open image: expected a file system behind the runtime, at offset ${offset}, found the end of the file (is it truncated?)`,
        { offset },
      );
    }
    throw new AppImageError(
      'unsupported',
      `Cannot open image: expected SquashFS, ISO 9660 or DwarFS at offset ${offset}, found something unknown`,
      { offset },
    );
  },
};

async function openIso9660Payload(source: ByteSource, place: PayloadPlace, options: OpenPayloadOptions) {
  const files = await openIso9660(windowSource(source, place.offset), options);
  const { spaceSize, logicalBlockSize } = files.volume;
  const zisofs = await files.compression(options);
  const length = spaceSize * logicalBlockSize;
  const compression = zisofs === undefined ? 'none' : 'zisofs';
  return { payload: { ...place, length, version: null, compression, blockSize: zisofs?.blockSize ?? null }, files };
}

async function openSquashfsPayload(source: ByteSource, place: PayloadPlace, options: OpenPayloadOptions) {
  const files = await openSquashfs(windowSource(source, place.offset), options);
  const { bytesUsed, compression, blockSize } = files.superblock;
  return { payload: { ...place, length: bytesUsed, version: '4.0', compression, blockSize }, files };
}

/** Recognizes DwarFS and says what it is; its files are for a host that has programs for it. */
export async function openDwarfsPayload(
  source: ByteSource,
  place: PayloadPlace,
  options: ReadOptions,
): Promise<OpenedPayload> {
  const problem = new AppImageError(
    'unsupported',
    `Cannot read DwarFS file system at offset ${place.offset}: only where there are the programs dwarfsextract or dwarfs its files can be read`,
    { offset: place.offset },
  );
  const image = await readDwarfs(source, { ...options, offset: place.offset, blockHeaders: BLOCK_HEADERS });
  return { payload: dwarfsPayload(place, image), files: unreadableFiles(problem), problem };
}

/** What a DwarFS image's sections tell of it as a payload. */
export function dwarfsPayload(place: PayloadPlace, { version, length, compressions }: DwarfsImage): Payload {
  const compression = [...new Set(compressions)].join(', ') || null;
  return { ...place, length, version: `${version.major}.${version.minor}`, compression, blockSize: null };
}
