import { type AppImageError, type AppImageErrorCode, isAppImageError } from '@appimage-js/format';

/** What is wrong with the image itself, and not with the way to it. */
const OF_THE_IMAGE: ReadonlySet<AppImageErrorCode> = new Set([
  'malformed',
  'out-of-bounds',
  'limit',
  'unsupported',
  'not-found',
  'not-permitted',
]);

/** Whether an error is about what is looked at, and hence a finding; all else ends the work. */
export function isDamage(error: unknown): error is AppImageError {
  return isAppImageError(error) && OF_THE_IMAGE.has(error.code);
}
