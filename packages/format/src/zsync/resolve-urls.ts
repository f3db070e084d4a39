import { encodeFileName } from '../io/file-name.ts';
import type { ZsyncControl } from './zsync-control.ts';

/**
 * Where the target can be fetched from, in the file's order and each place once. Relative URLs are taken from where the
 * control file itself came from, after redirects; what is no URL of HTTP or HTTPS is left out.
 */
export function resolveZsyncUrls({ urls }: Pick<ZsyncControl, 'urls'>, controlUrl: string | URL): URL[] {
  const resolved = new Map<string, URL>();
  for (const text of urls) {
    const url = URL.parse(text, String(controlUrl));
    if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) resolved.set(url.href, url);
  }
  return [...resolved.values()];
}

/** The URL of a file beside the control file: its name, with everything escaped that means something else in a URL. */
export function relativeZsyncUrl(fileName: string): string {
  let url = '';
  for (const byte of encodeFileName(fileName)) {
    const character = String.fromCharCode(byte);
    url += /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return url;
}
