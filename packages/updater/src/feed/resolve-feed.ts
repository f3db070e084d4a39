import type { FeedSource } from '@appimage-js/format';
import type { HttpClient } from '../http/index.ts';
import { baseUrl } from '../resolve/base-url.ts';
import { checkUrl } from '../resolve/plain-url.ts';
import type { Resolution, ResolveOptions } from '../resolve/resolve-options.ts';
import { isSourceError, SourceError } from '../source-error.ts';
import { chooseFeedRelease } from './choose-feed-release.ts';
import type { Feed } from './feed.ts';
import { parseFeed } from './parse-feed.ts';

const MAXIMUM_SIZE = 16 * 1_048_576;
const MAXIMUM_SIGNATURE_SIZE = 65_536;

/** Resolves a feed: fetches it, lets its signature be judged, and chooses the version for this installation. */
export async function resolveFeed(http: HttpClient, source: FeedSource, options: ResolveOptions): Promise<Resolution> {
  const { feed, url } = await fetchFeed(http, source.url, options);
  const { architecture, currentVersion, channel, stableId } = options;
  const wish = { architecture, currentVersion, channel, stableId, url };
  const { release, image, alternatives, remarks } = chooseFeedRelease(feed, wish);
  const absolute = (urls: readonly string[]) => urls.map((text) => resolveUrl(text, url));
  return {
    image: {
      name: image.name,
      version: release.version,
      architecture: image.architecture,
      imageUrls: absolute(image.urls),
      controlFileUrls: absolute(image.zsync),
      size: image.size,
      sha256: image.sha256,
      sha512: undefined,
      publishedAt: release.publishedAt,
      notesUrl: release.notesUrl && resolveUrl(release.notesUrl, url),
    },
    alternatives,
    remarks,
  };
}

/** Fetches and parses a feed; `url` is what its URLs are relative to. */
async function fetchFeed(
  http: HttpClient,
  text: string,
  { verifyFeed, signal }: Pick<ResolveOptions, 'verifyFeed' | 'signal'>,
): Promise<{ readonly feed: Feed; readonly url: string }> {
  const { href } = checkUrl(text);
  const { bytes, url } = await http.getDocument(href, {
    accept: 'application/json',
    maximumSize: MAXIMUM_SIZE,
    signal,
  });
  if (verifyFeed !== undefined) {
    const signature = await fetchSignature(http, href, signal);
    await verifyFeed({ url, bytes, signature });
  }
  return { feed: parseFeed(bytes), url: baseUrl(href, url) };
}

/** Only that the server has none is a feed without a signature; everything else is a failure. */
async function fetchSignature(
  http: HttpClient,
  feedUrl: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const url = new URL(feedUrl);
  url.pathname += '.asc';
  try {
    return (await http.getDocument(url, { maximumSize: MAXIMUM_SIGNATURE_SIZE, signal })).bytes;
  } catch (error) {
    if (isSourceError(error) && error.reason === 'gone') return undefined;
    throw error;
  }
}

function resolveUrl(text: string, base: string): string {
  const url = URL.parse(text, base);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  const message = `Cannot use feed ${base}: expected URLs of http or https, found ${JSON.stringify(text)}`;
  throw new SourceError('malformed', message, { reason: 'unexpected-shape', url: base });
}
