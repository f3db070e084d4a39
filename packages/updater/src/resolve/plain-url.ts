import type { UrlSource } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import type { HttpClient, HttpResponse } from '../http/index.ts';
import { SourceError } from '../source-error.ts';
import { dateOf } from './api-answer.ts';
import { architecturesOfName } from './architecture-of-name.ts';
import { nameOfDisposition, nameOfUrl } from './file-name.ts';
import type { Resolution, ResolveOptions, SourceRevision } from './resolve-options.ts';

/** An image of which only addresses and a name are known. */
export function imageAt(
  name: string,
  urls: Pick<AvailableImage, 'imageUrls' | 'controlFileUrls'>,
  known: Partial<AvailableImage> = {},
): AvailableImage {
  const named = architecturesOfName(name);
  return {
    name,
    version: undefined,
    architecture: named.length === 1 ? named[0] : undefined,
    size: undefined,
    sha256: undefined,
    sha512: undefined,
    publishedAt: undefined,
    notesUrl: undefined,
    ...urls,
    ...known,
  };
}

/** The control file says everything, and is read by who fetches; nothing is asked here. */
export function resolveZsyncUrl({ url }: UrlSource): Resolution {
  const parsed = checkUrl(url);
  const name = nameOfUrl(parsed.href)?.replace(/\.zsync$/, '') || 'update.AppImage';
  return { image: imageAt(name, { imageUrls: [], controlFileUrls: [parsed.href] }) };
}

/** Asks for the first byte of a file, and so for what it can be told by from the one that was there before. */
export async function resolveDirectLink(
  http: HttpClient,
  { url }: UrlSource,
  { previousRevision, signal }: ResolveOptions,
): Promise<Resolution> {
  const { href } = checkUrl(url);
  const etag = previousRevision?.etag;
  const response = await http.get(href, {
    range: { first: 0, last: 0 },
    headers: etag === undefined ? {} : { 'if-none-match': etag },
    accept: etag === undefined ? [200, 206] : [200, 206, 304],
    signal,
  });
  await response.discard();
  checkIsFile(response, href);
  const isSame = response.status === 304;
  const revision: SourceRevision =
    isSame && previousRevision !== undefined
      ? previousRevision
      : {
          etag: response.headers.get('etag') ?? undefined,
          lastModified: response.headers.get('last-modified') ?? undefined,
          size: wholeSize(response),
        };
  const named = nameOfDisposition(response.headers.get('content-disposition'));
  const name =
    named ?? [nameOfUrl(href), nameOfUrl(response.url)].find(isImageName) ?? nameOfUrl(href) ?? 'update.AppImage';
  const publishedAt = dateOf(response.headers.get('last-modified'));
  const urls = { imageUrls: [href], controlFileUrls: [] };
  return {
    image: imageAt(name, urls, { size: revision.size, publishedAt }),
    revision,
    unchanged: isSame || (previousRevision !== undefined && isSameRevision(previousRevision, revision)),
  };
}

/** Entity tags decide where both have one; a time and a size do together. Otherwise nobody knows. */
export function isSameRevision(before: SourceRevision, now: SourceRevision): boolean {
  if (before.etag !== undefined && now.etag !== undefined) return before.etag === now.etag;
  if (before.lastModified === undefined || before.size === undefined) return false;
  return before.lastModified === now.lastModified && before.size === now.size;
}

/** Somebody who has to log in first, or an error that says 200. */
function checkIsFile({ headers, status }: HttpResponse, url: string): void {
  const type = headers.get('content-type') ?? '';
  if (status === 304 || !/^\s*text\/html\b/i.test(type)) return;
  const message = `Cannot use ${url}: expected a file, found a page for people (${type})`;
  throw new SourceError('malformed', message, { reason: 'html-answer', url, status });
}

function wholeSize({ status, headers }: HttpResponse): number | undefined {
  const text =
    status === 206 ? /\/(\d{1,16})$/.exec(headers.get('content-range') ?? '')?.[1] : headers.get('content-length');
  const size = text != null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined;
}

function isImageName(name: string | undefined): boolean {
  return name !== undefined && /\.appimage$/i.test(name);
}

/** Parses a URL that must be one of http or https. */
export function checkUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const message = `Cannot find an update: expected a URL of http or https, found ${JSON.stringify(text)}`;
  throw new SourceError('malformed', message, { reason: 'unusable-information' });
}
