import { COMPRESSION_LEVELS, type WritableCompression } from '@appimage-js/format/node';
import type { ImageType } from '../build-options.ts';

/** How the contents of an image are compressed: by one of the methods of SquashFS or, in type 1, by zisofs or not at all. */
export type PayloadCompression = WritableCompression | 'zisofs' | 'none';

/** The file system in an image, and how it is written. */
export interface PayloadFormat {
  readonly kind: 'squashfs' | 'iso9660';
  readonly compression: PayloadCompression;
  /** On the compression's own scale; 0 where there is none. */
  readonly level: number;
  /** Bytes that are compressed together; 0 where nothing is. */
  readonly blockSize: number;
}

/** What a user may ask for of a {@link PayloadFormat}. */
export interface PayloadWishes {
  readonly type?: ImageType | undefined;
  readonly compression?: PayloadCompression | undefined;
  readonly level?: number | undefined;
  readonly blockSize?: number | undefined;
}

const DEFAULT_BLOCK_SIZE = 131_072;
const BLOCK_SIZES = {
  squashfs: { minimum: 4096, maximum: 1_048_576 },
  iso9660: { minimum: 32_768, maximum: 131_072 },
} as const;

/**
 * Chooses file system, compression, level and block size for a type of image, the defaults where nothing was asked for.
 *
 * @throws RangeError for what the type does not have
 */
export function choosePayloadFormat(wishes: PayloadWishes): PayloadFormat {
  const { type } = wishes;
  const compression = compressionOf(wishes);
  const kind = type === 'type-1' ? 'iso9660' : 'squashfs';
  if (compression === 'none') {
    if (wishes.level !== undefined) throw invalid('level must not be given where nothing is compressed', wishes.level);
    if (wishes.blockSize === undefined) return { kind, compression, level: 0, blockSize: 0 };
    throw invalid('block size must not be given where nothing is compressed', wishes.blockSize);
  }
  // zisofs is zlib, as gzip is.
  const {
    minimum,
    maximum,
    default: defaultLevel,
  } = COMPRESSION_LEVELS[compression === 'zisofs' ? 'gzip' : compression];
  const { level = defaultLevel, blockSize = DEFAULT_BLOCK_SIZE } = wishes;
  if (!Number.isInteger(level) || level < minimum || level > maximum) {
    throw invalid(`level of ${compression} must be ${minimum} to ${maximum}`, level);
  }
  const sizes = BLOCK_SIZES[kind];
  if (blockSize < sizes.minimum || blockSize > sizes.maximum || !Number.isInteger(Math.log2(blockSize))) {
    throw invalid(`block size must be a power of two from ${sizes.minimum} to ${sizes.maximum} bytes`, blockSize);
  }
  return { kind, compression, level, blockSize };
}

/**
 * The compression of the payload: what was asked for, or the default of the image's type.
 *
 * @throws RangeError for one that the type can not have
 */
export function compressionOf({ type, compression }: Pick<PayloadWishes, 'type' | 'compression'>): PayloadCompression {
  const known: readonly PayloadCompression[] =
    type === 'type-1' ? ['zisofs', 'none'] : (Object.keys(COMPRESSION_LEVELS) as WritableCompression[]);
  const chosen = compression ?? (type === 'type-1' ? 'zisofs' : type === 'shimg' ? 'lz4' : 'zstd');
  if (known.includes(chosen)) return chosen;
  throw invalid(`compression must be ${known.join(' or ')}${type === undefined ? '' : ` in ${type}`}`, chosen);
}

function invalid(rule: string, found: string | number): RangeError {
  return new RangeError(`Cannot choose payload: ${rule}, found ${found}`);
}
