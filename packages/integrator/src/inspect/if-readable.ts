import { isAppImageError } from '@appimage-js/format';

/** A value from a stranger's file; undefined for one that can not be read, since nothing is to fail for that. */
export function ifReadable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}
