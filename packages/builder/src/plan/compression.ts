import { AppImageError } from '@appimage-js/format';
import { COMPRESSION_LEVELS, type WritableCompression } from '@appimage-js/format/node';
import type { BuildOptions } from '../build-options.ts';
import type { Runtime } from '../inspect/runtime.ts';

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

/**
 * Checks that the runtime can read what is written for it, as far as it says what it can read.
 *
 * @throws AppImageError `unsupported` when it can not
 */
export function checkReadable(compression: WritableCompression, { payloadMethods, file }: Runtime): void {
  if (payloadMethods === null || payloadMethods.includes(compression)) return;
  throw new AppImageError(
    'unsupported',
    `Cannot plan build: the runtime must read ${compression}, found one that reads ${payloadMethods.join(', ')}; choose ` +
      'another compression, or use the runtime that comes with this toolkit',
    file === null ? {} : { path: file },
  );
}
