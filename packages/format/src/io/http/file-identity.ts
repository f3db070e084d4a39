/** By what is seen whether a file on a server is still the one that was opened. RFC 9110, section 8.8. */
export interface FileIdentity {
  readonly size: number;
  /** The entity tag as it was sent, weak ones included; null where there is none. */
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export function readIdentity(headers: Headers, size: number): FileIdentity {
  return { size, etag: headers.get('etag'), lastModified: headers.get('last-modified') };
}

/** What differs, in words; undefined where nothing does. */
export function findChange(before: FileIdentity, now: FileIdentity): string | undefined {
  if (before.size !== now.size) return `its size was ${before.size} bytes, and is ${now.size}`;
  if (before.etag !== now.etag) return `its ETag was ${before.etag ?? 'missing'}, and is ${now.etag ?? 'missing'}`;
  if (before.lastModified === now.lastModified) return undefined;
  return `its time was ${before.lastModified ?? 'missing'}, and is ${now.lastModified ?? 'missing'}`;
}

/**
 * The value of `If-Range`, with which a server sends a part only of the same file; undefined where nothing is strong
 * enough for it. A time is if the answer with it is at least a second younger. RFC 9110, sections 8.8.2.2 and 13.1.5.
 */
export function ifRangeOf({ etag, lastModified }: FileIdentity, date: string | null): string | undefined {
  if (etag !== null && !etag.startsWith('W/')) return etag;
  if (lastModified === null || date === null) return undefined;
  return Date.parse(date) - Date.parse(lastModified) >= 1000 ? lastModified : undefined;
}
