import { COMPRESSION_LEVELS, type WritableCompression } from '@appimage-js/format/node';
import type { BuildOptions } from '../build-options.ts';

/**
 * The compression of the payload: what was asked for, or the default of the image's type.
 *
 * @throws RangeError for one that can not be written
 */
export function compressionOf({ compression, type }: Pick<BuildOptions, 'compression' | 'type'>): WritableCompression {
  const chosen = compression ?? (type === 'shimg' ? 'lz4' : 'zstd');
  if (Object.hasOwn(COMPRESSION_LEVELS, chosen)) return chosen;
  const known = Object.keys(COMPRESSION_LEVELS).join(' or ');
  throw new RangeError(`Cannot plan build: compression must be ${known}, found ${chosen}`);
}
