import { encodeFileName } from '../../io/file-name.ts';

/** A path for the functions of `node:fs`: names that are not UTF-8 go to the system as the bytes that they are. */
export function toOsPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeFileName(path));
}
