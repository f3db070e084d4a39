import type { DocumentCache } from './document-cache.ts';
import type { HttpResponse } from './http-body.ts';
import type { HttpClient } from './http-client.ts';
import { fetchError } from './http-failure.ts';

/** What is asked of an API. */
export interface DocumentRequest {
  /** The type of the answer: `application/json`. */
  readonly accept?: string;
  /** Further headers, such as the version of an API. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of the answer, unpacked. Default 16 MiB: a page of 100 releases with all their files is a few. */
  readonly maximumSize?: number;
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A whole answer. */
export interface HttpDocument {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  /** Where it came from, after redirects. */
  readonly url: string;
  /** Whether it is that of last time, which still holds. */
  readonly isCached: boolean;
}

interface DocumentContext {
  readonly input: string | URL;
  /** Without a user name and a password: it is written down. */
  readonly url: string;
  /** Who asks decides what is answered, and so what may be taken from the cache. */
  readonly authorization: string | undefined;
  readonly cache: DocumentCache | undefined;
  /** Milliseconds until the whole body must be there. */
  readonly patience: number;
  readonly request: DocumentRequest;
}

const MAXIMUM_SIZE = 16 * 1_048_576;

/** Headers that are kept with an answer, for whoever reads the next page or dates it. */
const KEPT_HEADERS = ['content-type', 'link', 'x-next-page', 'last-modified', 'etag'] as const;

/** Fetches a document, unless the server says that the one in the cache is still it. RFC 9110, section 13. */
export async function fetchDocument(client: HttpClient, context: DocumentContext): Promise<HttpDocument> {
  const { input, url, authorization, cache, patience, request } = context;
  const { accept = '*/*', headers = {}, maximumSize = MAXIMUM_SIZE, retries, signal } = request;
  const key = { url, accept, authorization: authorization ?? '' };
  const kept = await cache?.find(key);
  const response = await client.get(input, {
    headers: { ...headers, accept, ...(kept && { 'if-none-match': kept.etag }) },
    accept: kept === undefined ? [200] : [200, 304],
    allowEncoding: true,
    retries,
    signal,
  });
  if (kept !== undefined && response.status === 304) {
    await response.discard();
    return { bytes: kept.bytes, headers: new Headers(kept.headers), url: kept.url, isCached: true };
  }
  const bytes = await readBody(response, { maximumSize, patience });
  const etag = response.headers.get('etag');
  if (etag !== null) {
    const names = KEPT_HEADERS.filter((name) => response.headers.has(name));
    const entries = names.map((name) => [name, response.headers.get(name) ?? '']);
    await cache?.keep(key, { etag, url: response.url, headers: Object.fromEntries(entries), bytes });
  }
  return { bytes, headers: response.headers, url: response.url, isCached: false };
}

/** Reads a body whole; one that is longer than it may be, or comes a byte at a time, is not read to its end. */
async function readBody(
  response: HttpResponse,
  { maximumSize, patience }: { readonly maximumSize: number; readonly patience: number },
): Promise<Uint8Array> {
  const start = performance.now();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    if (size > maximumSize) {
      const message = `the answer must have at most ${maximumSize} bytes, found more`;
      throw fetchError('limit', message, { reason: 'too-large', url: response.url });
    }
    if (performance.now() - start > patience) {
      const message = `the answer must be there within ${patience / 1000} s, found ${size} bytes by then`;
      throw fetchError('io', message, { reason: 'timeout', url: response.url });
    }
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
