/*
 * Paths as URIs the way GLib writes them, whose MD5 is what desktops look for a thumbnail under: two programs that differ in one character
 * do not find each other's. RFC 3986, 3.3 and 2.2, without the semicolon.
 */
import { isAbsolute } from 'node:path';

/** What GLib leaves as it is in a path. */
const KEPT_BY_GLIB = /[\w!$&'()*+,\-./:=@~]/;

/**
 * The `file:` URI of an absolute path. All bytes are escaped that GLib escapes, and no others.
 *
 * @throws RangeError for a path that is not absolute
 */
export function fileUri(path: string): string {
  if (!isAbsolute(path)) throw new RangeError(`Cannot make URI: expected an absolute path, found ${path}`);
  return `file://${percentEncoded(path, KEPT_BY_GLIB)}`;
}

/**
 * Text in UTF-8 with all bytes escaped but some.
 *
 * @param kept which characters of ASCII stay as they are
 */
export function percentEncoded(text: string, kept: RegExp): string {
  const characters = Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return kept.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return characters.join('');
}
