/** Where a request goes, and whether what is secret goes with it. */
export interface HttpRoute {
  readonly url: URL;
  /** True until a redirect has left the origin that was asked; it does not become true again. */
  readonly trusted: boolean;
}

/** A URL to ask, the header that its user name and password stand for, and its text without them. */
export interface HttpTarget {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly text: string;
}

/** `TypeError` for what is no URL of http or https. */
export function parseTarget(input: string | URL): HttpTarget {
  const url = URL.parse(String(input));
  if (url === null || !isHttp(url)) {
    throw new TypeError(`Cannot fetch: expected a URL of http or https, found ${JSON.stringify(String(input))}`);
  }
  const { username, password } = url;
  clean(url);
  const credentials = `${unescaped(username)}:${unescaped(password)}`;
  const isNamed = username !== '' || password !== '';
  const authorization = isNamed ? `Basic ${Buffer.from(credentials).toString('base64')}` : undefined;
  return { url, authorization, text: url.href };
}

/** The route after a redirect; a sentence where it must not be taken. */
export function redirectedRoute({ url, trusted }: HttpRoute, location: string): HttpRoute | string {
  const next = URL.parse(location, url.href);
  if (next === null) return `redirect must lead to a URL, found ${JSON.stringify(location)}`;
  if (!isHttp(next)) return `redirect must stay with http and https, found ${next.protocol}`;
  if (url.protocol === 'https:' && next.protocol === 'http:') return 'redirect must not lead from https to http';
  clean(next);
  return { url: next, trusted: trusted && next.origin === url.origin };
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

function clean(url: URL): void {
  url.username = '';
  url.password = '';
  url.hash = '';
}

/** A percent sign that escapes nothing stands for itself, and so do bytes that are no text. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
