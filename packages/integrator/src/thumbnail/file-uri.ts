/*
 * Paths as URIs the way GLib writes them, whose MD5 is what desktops look for a thumbnail under: two programs that differ in one character
 * do not find each other's. RFC 3986, 3.3 and 2.2, without the semicolon.
 */
import { isAbsolute } from 'node:path';

const KEPT = /^[\w!$&'()*+,\-./:=@~]$/;

/**
 * The `file:` URI of an absolute path. All bytes are escaped that GLib escapes, and no others.
 *
 * @throws RangeError for a path that is not absolute
 */
export function fileUri(path: string): string {
  if (!isAbsolute(path)) throw new RangeError(`Cannot make URI: expected an absolute path, found ${path}`);
  const characters = [...new TextEncoder().encode(path)].map((byte) => {
    const character = String.fromCharCode(byte);
    return KEPT.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `file://${characters.join('')}`;
}
