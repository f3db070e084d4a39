import { AppImageError } from '../../errors.ts';
import { connectionError, type HttpPlace, httpError, PassingFailure } from './http-error.ts';
import type { HttpSettings } from './http-options.ts';
import { type HttpRoute, type HttpTarget, redirectedRoute } from './http-route.ts';
import { RequestGate } from './request-gate.ts';
import { SilenceWatch } from './silence-watch.ts';

/** What was sent for and what came, so far. */
export interface HttpTransfer {
  /** Bytes of bodies. */
  readonly bytes: number;
  /** Redirects count, where they can be seen. */
  readonly requests: number;
}

/** A range that is asked for. */
export interface HttpRequest {
  readonly first: number;
  readonly last: number;
  readonly ifRange?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer of which nothing but the head was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Whether a browser hides the headers that the server of another origin does not name. */
  readonly crossOrigin: boolean;
  readonly route: HttpRoute;
  readonly place: HttpPlace;
  /** The body as it comes; once. */
  body(): AsyncIterable<Uint8Array>;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAXIMUM_REDIRECTS = 10;

/** Does the requests for one file: through redirects, with a watch over each, a few at a time. */
export class HttpConnection {
  readonly settings: HttpSettings;
  readonly text: string;
  readonly transfer: { bytes: number; requests: number } = { bytes: 0, requests: 0 };
  readonly #start: HttpRoute;
  readonly #headers: Headers;
  readonly #gate: RequestGate;
  readonly #closing = new AbortController();
  #redirect: 'manual' | 'follow' = 'manual';
  /** Where the file was found, which saves the redirects. */
  #route: HttpRoute;

  constructor({ url, authorization, text }: HttpTarget, settings: HttpSettings) {
    this.settings = settings;
    this.text = text;
    this.#start = { url, trusted: true };
    this.#route = this.#start;
    this.#headers = new Headers(settings.headers);
    if (authorization !== undefined && !this.#headers.has('authorization')) {
      this.#headers.set('authorization', authorization);
    }
    this.#gate = new RequestGate(settings.concurrency);
  }

  /** Where the file was found. */
  get url(): string {
    return this.#route.url.href;
  }

  /** Asks for a range and hands the answer to `use`; what that leaves of the body is cancelled. */
  async request<Result>(request: HttpRequest, use: (answer: HttpAnswer) => Promise<Result>): Promise<Result> {
    const { signal } = request;
    const closing = this.#closing.signal;
    this.throwIfClosed();
    await this.#gate.enter(signal);
    const watch = new SilenceWatch(this.settings.timeout, signal ? [signal, closing] : [closing]);
    let response: Response | undefined;
    try {
      const { route, ...answered } = await this.#follow(request, watch);
      response = answered.response;
      return await use(this.#answer(response, route, request, watch));
    } finally {
      watch.end();
      this.#gate.leave();
      discard(response);
    }
  }

  /** Takes the way of `answer` for later requests, too. */
  settle({ route }: HttpAnswer): void {
    this.#route = route;
  }

  /** Forgets where the redirects led, for the address may have expired; false where there were none. */
  startOver({ route }: HttpAnswer): boolean {
    if (route.url.href === this.#start.url.href) return false;
    if (this.#route.url.href === route.url.href) this.#route = this.#start;
    return true;
  }

  throwIfClosed(): void {
    this.#closing.signal.throwIfAborted();
  }

  close(): void {
    this.#closing.abort(new AppImageError('io', `Cannot read ${this.text}: it was closed`, { url: this.text }));
  }

  async #follow(request: HttpRequest, watch: SilenceWatch) {
    const place = this.#place(request.first);
    let route = this.#route;
    for (let redirects = 0; redirects <= MAXIMUM_REDIRECTS; redirects++) {
      const response = await this.#fetch(route, request, watch);
      if (response.type === 'opaqueredirect') {
        // A browser does not tell where to, and would send the headers there.
        if (route.trusted && hasAny(this.#headers)) {
          throw httpError('not-permitted', 'it must not redirect, as the headers would be sent on', place);
        }
        this.#redirect = 'follow';
        continue;
      }
      const location = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || location === null) {
        return { response, route: response.redirected ? { url: new URL(response.url), trusted: false } : route };
      }
      discard(response);
      const next = redirectedRoute(route, location);
      if (typeof next === 'string') throw httpError('not-permitted', next, place);
      route = next;
    }
    throw httpError('io', `there must be at most ${MAXIMUM_REDIRECTS} redirects, found more`, place);
  }

  async #fetch({ url, trusted }: HttpRoute, { first, last, ifRange }: HttpRequest, watch: SilenceWatch) {
    const headers = new Headers(trusted ? this.#headers : undefined);
    // With it, `fetch` asks for an unpacked body (Accept-Encoding: identity).
    headers.set('range', `bytes=${first}-${last}`);
    if (ifRange !== undefined) headers.set('if-range', ifRange);
    this.transfer.requests += 1;
    try {
      // A browser's cache would make ranges of one file wait for each other.
      const init = { headers, redirect: this.#redirect, cache: 'no-store', signal: watch.signal } as const;
      return await watch.listen(this.settings.fetch(url.href, init));
    } catch (cause) {
      throw this.#failure(cause, this.#place(first), watch);
    }
  }

  #answer(response: Response, route: HttpRoute, { first }: HttpRequest, watch: SilenceWatch): HttpAnswer {
    const { status, headers, type } = response;
    const place = this.#place(first);
    const body = () => this.#body(response, first, watch);
    return { status, headers, crossOrigin: type === 'cors', route, place, body };
  }

  async *#body(response: Response, first: number, watch: SilenceWatch): AsyncGenerator<Uint8Array, void, undefined> {
    if (response.body === null) return;
    const reader = response.body.getReader();
    let offset = first;
    try {
      while (true) {
        const { done, value } = await watch.listen(reader.read());
        if (done) return;
        this.transfer.bytes += value.length;
        offset += value.length;
        yield value;
      }
    } catch (cause) {
      throw this.#failure(cause, this.#place(offset), watch);
    } finally {
      reader.cancel().catch(ignore);
      reader.releaseLock();
    }
  }

  #failure(cause: unknown, place: HttpPlace, watch: SilenceWatch): unknown {
    if (watch.silent) {
      const reason = `something must be heard within ${this.settings.timeout} ms, found silence`;
      return new PassingFailure({ reason, place, cause });
    }
    return watch.signal.aborted ? watch.signal.reason : connectionError(cause, place);
  }

  #place(offset: number): HttpPlace {
    return { url: this.text, offset };
  }
}

function hasAny(headers: Headers): boolean {
  return [...headers.keys()].length > 0;
}

/** Ends a body that nobody wants; the connection may be lost by it. */
function discard(response: Response | undefined): void {
  if (response?.body && !response.body.locked) response.body.cancel().catch(ignore);
}

function ignore(): void {
  // Nobody is left to hear of it.
}
