import type { Dispatcher } from 'undici';
import { createDispatcher, findProxies, type RequestDispatcher } from './dispatcher.ts';
import { type DocumentRequest, fetchDocument, type HttpDocument } from './document.ts';
import { DocumentCache, defaultCacheFolder } from './document-cache.ts';
import { HeadWatch, untilAborted } from './head-watch.ts';
import { discardBody, type HttpResponse, receiveBody } from './http-body.ts';
import { connectionFailure, type HttpPlace, redirectError } from './http-failure.ts';
import { type HttpOptions, type HttpSettings, resolveHttpOptions } from './http-options.ts';
import { type HttpRoute, parseTarget, redirectedRoute } from './http-route.ts';
import { RequestGate } from './request-gate.ts';
import { retrying } from './retry.ts';
import { statusFailure } from './status-failure.ts';
import { authorizationFor, collectTokens, type Tokens } from './tokens.ts';

/** Bytes `first` to `last` of a file, counted from 0 and both included; to its end where no last one is given. */
export interface HttpRange {
  readonly first: number;
  readonly last?: number;
}

/** What is asked for. */
export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD';
  /** Sent to the origin of the URL alone, not to where it redirects, but for those that say which bytes are wanted. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Several come as one multipart answer, where the server can do that; a whole file (200) is an answer as well. */
  readonly range?: HttpRange | readonly HttpRange[] | undefined;
  /** A strong entity tag or a time: a part of that file only, else the whole of the one that is there now. */
  readonly ifRange?: string | undefined;
  /**
   * Statuses that are answers; every other one is an error, after retries where it may pass. `any`: all that are no redirects are,
   * at once, and bodies come as they are, packed ones too. Default: 200 and 206.
   */
  readonly accept?: readonly number[] | 'any';
  /** Lets a body that was packed for the way pass, unpacked. Default false: bytes are those of the file. */
  readonly allowEncoding?: boolean;
  /** Default: those of the client. */
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The one way to the network of everything here; closed when it is no longer needed. */
export interface HttpClient extends AsyncDisposable {
  /** What went over the line so far; redirects and retries count. */
  readonly transfer: { readonly bytes: number; readonly requests: number };
  /**
   * Asks for a URL, through redirects, and answers as soon as the head is there. The body must be read or discarded.
   *
   * @throws AppImageError (with the fields of `SourceError`) `not-found`, `not-permitted`, `io`
   * @throws TypeError for what is no URL of http or https
   */
  get(url: string | URL, request?: HttpRequest): Promise<HttpResponse>;
  /**
   * Fetches the whole answer of an API, or takes that of last time if the server says that it still holds.
   *
   * @throws AppImageError as `get`, and `limit` for an answer that is too long
   */
  getDocument(url: string | URL, request?: DocumentRequest): Promise<HttpDocument>;
  /** Whether a token would go along to a URL. */
  hasToken(url: string | URL): boolean;
  close(): Promise<void>;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAXIMUM_REDIRECTS = 10;

/**
 * Makes the client that does all requests of an update.
 *
 * @throws AppImageError `io`, `malformed` or `not-permitted` about the file with the tokens
 * @throws TypeError or RangeError for options that can not be meant
 */
export function createHttpClient(options: HttpOptions = {}): HttpClient {
  return new Client(options);
}

class Client implements HttpClient {
  readonly transfer: { bytes: number; requests: number } = { bytes: 0, requests: 0 };
  readonly #settings: HttpSettings;
  readonly #tokens: Tokens;
  /** Made by the first request, as not every client comes to one. */
  readonly #dispatcher: () => Promise<RequestDispatcher>;
  #ownDispatcher: Promise<RequestDispatcher> | undefined;
  readonly #cache: DocumentCache | undefined;
  readonly #gate: RequestGate;

  constructor(options: HttpOptions) {
    this.#settings = resolveHttpOptions(options);
    this.#tokens = collectTokens(options);
    this.#gate = new RequestGate(this.#settings.connections);
    const { dispatcher } = options;
    const proxies = findProxies(this.#settings);
    this.#dispatcher =
      dispatcher === undefined
        ? () => (this.#ownDispatcher ??= createDispatcher(this.#settings, proxies))
        : async () => dispatcher;
    const { cacheFolder = defaultCacheFolder(this.#settings.environment) } = options;
    this.#cache = cacheFolder === null ? undefined : new DocumentCache(cacheFolder);
  }

  async get(input: string | URL, request: HttpRequest = {}): Promise<HttpResponse> {
    const target = parseTarget(input);
    const { accept = [200, 206], signal, retries = this.#settings.retries } = request;
    const place: HttpPlace = { url: target.text };
    const policy = { retries, retryDelay: this.#settings.retryDelay, signal };
    return await retrying(policy, place, async () => {
      const authorization = target.authorization ?? authorizationFor(this.#tokens, target.url);
      const response = await this.#follow({ url: target.url, trusted: true }, { request, authorization, place });
      if (accept === 'any' || accept.includes(response.status)) return response;
      throw await statusFailure(response, { place, isAuthorized: authorization !== undefined });
    });
  }

  async getDocument(input: string | URL, request: DocumentRequest = {}): Promise<HttpDocument> {
    const { url, text, ...target } = parseTarget(input);
    const authorization = target.authorization ?? authorizationFor(this.#tokens, url);
    const { document: patience } = this.#settings.timeouts;
    return await fetchDocument(this, { input, url: text, authorization, cache: this.#cache, patience, request });
  }

  hasToken(input: string | URL): boolean {
    return authorizationFor(this.#tokens, parseTarget(input).url) !== undefined;
  }

  async close(): Promise<void> {
    await (await this.#ownDispatcher)?.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #follow(start: HttpRoute, asked: AskedRequest): Promise<HttpResponse> {
    let route = start;
    for (let redirects = 0; redirects <= MAXIMUM_REDIRECTS; redirects++) {
      const response = await this.#ask(route, asked);
      const location = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || location === null) return response;
      await response.discard();
      const next = redirectedRoute(route, location);
      if (typeof next === 'string') throw redirectError(next, asked.place);
      route = next;
    }
    throw redirectError(`there must be at most ${MAXIMUM_REDIRECTS} redirects, found more`, asked.place);
  }

  async #ask({ url, trusted }: HttpRoute, { request, authorization, place }: AskedRequest): Promise<HttpResponse> {
    const { signal } = request;
    signal?.throwIfAborted();
    this.transfer.requests += 1;
    const headers = this.#headersOf(request, trusted, authorization);
    // The API of GitHub describes the file to everybody else, instead of sending it.
    if (/\/releases\/assets\/\d+$/.test(url.pathname)) headers.set('accept', 'application/octet-stream');
    const dispatcher = await this.#dispatcher();
    const leave = await this.#gate.enter(url.origin, signal);
    let answer: Dispatcher.ResponseData;
    using watch = new HeadWatch(this.#settings.timeouts);
    try {
      const ended = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal;
      const requested = dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method ?? 'GET',
        headers: Object.fromEntries(headers),
        signal: ended,
      });
      answer = await untilAborted(requested, ended);
    } catch (cause) {
      leave();
      signal?.throwIfAborted();
      throw connectionFailure(cause, place);
    }
    answer.body.once('close', leave);
    // Nobody has to read a body that can not be there.
    if (request.method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304) leave();
    const count = (bytes: number) => {
      this.transfer.bytes += bytes;
    };
    try {
      return receiveBody(answer, { url, place, signal, count, encoding: encodingOf(request) });
    } catch (error) {
      discardBody(answer.body);
      throw error;
    }
  }

  #headersOf(
    { headers, range, ifRange, allowEncoding }: HttpRequest,
    trusted: boolean,
    authorization?: string,
  ): Headers {
    const sent = new Headers({ accept: '*/*' });
    for (const [name, value] of new Headers(headers)) if (trusted || PLAIN_HEADERS.has(name)) sent.set(name, value);
    sent.set('user-agent', this.#settings.userAgent);
    sent.set('accept-encoding', allowEncoding ? 'gzip, deflate, br' : 'identity');
    if (range !== undefined) sent.set('range', formatRange(range));
    if (ifRange !== undefined) sent.set('if-range', ifRange);
    if (trusted && authorization !== undefined && !sent.has('authorization')) sent.set('authorization', authorization);
    return sent;
  }
}

/** Headers that say what is wanted, and nothing of who wants it. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'range',
  'if-range',
  'if-none-match',
  'if-modified-since',
]);

interface AskedRequest {
  readonly request: HttpRequest;
  readonly authorization: string | undefined;
  readonly place: HttpPlace;
}

function encodingOf({ accept, allowEncoding = false }: HttpRequest): 'refused' | 'unpacked' | 'kept' {
  if (allowEncoding) return 'unpacked';
  return accept === 'any' ? 'kept' : 'refused';
}

function formatRange(range: HttpRange | readonly HttpRange[]): string {
  const ranges = 'first' in range ? [range] : range;
  const valid = ranges.every(
    ({ first, last = Number.MAX_SAFE_INTEGER }) => isOffset(first) && isOffset(last) && first <= last,
  );
  if (!valid || ranges.length === 0) {
    throw new RangeError(`Cannot ask for a range: expected first <= last from 0 on, found ${JSON.stringify(range)}`);
  }
  return `bytes=${ranges.map(({ first, last }) => `${first}-${last ?? ''}`).join(',')}`;
}

function isOffset(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
