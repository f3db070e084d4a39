import type { ReadOptions } from '../byte-source.ts';

/** Options of `openHttpSource`; the signal ends the opening, later reads have their own. */
export interface HttpSourceOptions extends ReadOptions {
  /** Does the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Sent with every request to the URL's own origin, and taken for secrets: a redirect to another origin does not get them.
   * Where redirects can not be followed by hand (in browsers), one that meets headers is refused. A user name and a password
   * in the URL become such a header.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a single byte after which a request is given up. Default 30,000. */
  readonly timeout?: number;
  /** How often a read is tried again where the connection breaks or the server is busy (5xx, 429). Default 3. */
  readonly retries?: number;
  /** Milliseconds before the first retry; doubled for each further one, unless the server says how long. Default 500. */
  readonly retryDelay?: number;
  /** Bytes of the first request, which are kept. Default 65,536. */
  readonly firstRead?: number;
  /** Requests that are under way at once; more wait for their turn. Default 6, as in browsers. */
  readonly concurrency?: number;
  /**
   * Bytes up to which a file is taken whole, into memory, from a server that does not serve ranges; such a server is
   * an error beyond. Default 0: always an error.
   */
  readonly wholeFileLimit?: number;
}

/** {@link HttpSourceOptions} with every default in its place. */
export interface HttpSettings {
  readonly fetch: typeof globalThis.fetch;
  readonly headers: Headers;
  readonly timeout: number;
  readonly retries: number;
  readonly retryDelay: number;
  readonly firstRead: number;
  readonly concurrency: number;
  readonly wholeFileLimit: number;
}

/** Headers that decide what the answer means, which is not the caller's business. */
const RESERVED_HEADERS = ['range', 'if-range', 'if-match', 'if-none-match', 'accept-encoding'];

/** Longer ones overflow the timers of every platform. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Checks the options and fills in the defaults; `TypeError` or `RangeError` for what can not be meant. */
export function resolveHttpOptions(options: HttpSourceOptions): HttpSettings {
  const headers = new Headers(options.headers);
  const reserved = RESERVED_HEADERS.find((name) => headers.has(name));
  if (reserved !== undefined) {
    throw new TypeError(`Cannot open URL: headers must be without ${reserved}, which is set for each request`);
  }
  return {
    // Called by its name: a browser's `fetch` refuses to be a method of something else.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    headers,
    timeout: integer('timeout', options.timeout ?? 30_000, 1, LONGEST_DELAY),
    retries: integer('retries', options.retries ?? 3, 0),
    retryDelay: integer('retryDelay', options.retryDelay ?? 500, 0, LONGEST_DELAY),
    firstRead: integer('firstRead', options.firstRead ?? 65_536, 1),
    concurrency: integer('concurrency', options.concurrency ?? 6, 1),
    wholeFileLimit: integer('wholeFileLimit', options.wholeFileLimit ?? 0, 0),
  };
}

function integer(name: string, value: number, minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new RangeError(
    `Cannot open URL: ${name} must be an integer from ${minimum} to ${maximum}, found ${String(value)}`,
  );
}
