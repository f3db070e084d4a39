import type { Dispatcher } from 'undici';

/** Milliseconds of patience. */
export interface HttpTimeouts {
  /** Until a connection stands. Default 10,000. */
  readonly connect?: number;
  /** Until the head of the answer is there. Default 30,000. */
  readonly headers?: number;
  /** Without a single byte of the body. Default 30,000. */
  readonly silence?: number;
  /** Until a document is there whole: an answer of an API, a control file. Default 600,000. */
  readonly document?: number;
}

/** Options of `createHttpClient`. */
export interface HttpOptions {
  /**
   * Tokens by host, with the port where it is not the usual one: `api.github.com`, `git.example.org:8443`. Each is sent to that
   * host alone, and only by HTTPS (or to the machine itself). They come before those of the file and of the environment.
   */
  readonly tokens?: Readonly<Record<string, string>>;
  /**
   * A file with one `host token` a line; `#` begins a comment. It must be readable by nobody but its owner. Default: the one
   * that `APPIMAGE_TOKENS_FILE` names; null for none.
   */
  readonly tokensFile?: string | null;
  /**
   * Where proxies (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), tokens (`GITHUB_TOKEN` or `GH_TOKEN`, `GITLAB_TOKEN`,
   * `CODEBERG_TOKEN`) and folders (`XDG_CACHE_HOME`) are looked up. Default `process.env`.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The URL of a proxy for everything, whatever the environment says; null for none. */
  readonly proxy?: string | null;
  /** Default `appimage-js`. */
  readonly userAgent?: string;
  readonly timeouts?: HttpTimeouts;
  /** How often a request is made again that failed in passing (5xx, 429, a broken connection). Default 3. */
  readonly retries?: number;
  /** Milliseconds before the first of them; doubled for each further one, unless the server says how long. Default 500. */
  readonly retryDelay?: number;
  /** Requests to one host that are under way at once; more wait for their turn. Default 6, as in browsers. */
  readonly connections?: number;
  /** Does the requests, instead of one that is made from the options above. It stays the caller's to close. */
  readonly dispatcher?: Dispatcher;
  /** Where answers of APIs are kept; null for nowhere. Default: `appimage/http` in the user's folder for caches. */
  readonly cacheFolder?: string | null;
}

/** {@link HttpOptions} with every number checked and in its place. */
export interface HttpSettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly proxy: string | null | undefined;
  readonly userAgent: string;
  readonly timeouts: Required<HttpTimeouts>;
  readonly retries: number;
  readonly retryDelay: number;
  readonly connections: number;
}

/** Longer ones overflow the timers. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Checks the options and fills in the defaults; `RangeError` or `TypeError` for what can not be meant. */
export function resolveHttpOptions(options: HttpOptions): HttpSettings {
  const { timeouts = {}, userAgent = 'appimage-js' } = options;
  if (!/^[\x20-\x7e]+$/.test(userAgent)) {
    throw new TypeError(
      `Cannot make HTTP client: userAgent must be printable ASCII, found ${JSON.stringify(userAgent)}`,
    );
  }
  return {
    environment: options.environment ?? process.env,
    proxy: options.proxy,
    userAgent,
    timeouts: {
      connect: integer('timeouts.connect', timeouts.connect ?? 10_000, 1),
      headers: integer('timeouts.headers', timeouts.headers ?? 30_000, 1),
      silence: integer('timeouts.silence', timeouts.silence ?? 30_000, 1),
      document: integer('timeouts.document', timeouts.document ?? 600_000, 1),
    },
    retries: integer('retries', options.retries ?? 3, 0),
    retryDelay: integer('retryDelay', options.retryDelay ?? 500, 0),
    connections: integer('connections', options.connections ?? 6, 1),
  };
}

function integer(name: string, value: number, minimum: number): number {
  if (Number.isInteger(value) && value >= minimum && value <= LONGEST_DELAY) return value;
  throw new RangeError(
    `Cannot make HTTP client: ${name} must be an integer from ${minimum} to ${LONGEST_DELAY}, found ${String(value)}`,
  );
}
