/** Where requests go, and whether the caller's headers go with them. */
export interface HttpRoute {
  readonly url: URL;
  /** True until a redirect has left the origin that the headers are meant for; it does not become true again. */
  readonly trusted: boolean;
}

/** A URL that can be read, the headers that its user name and password stand for, and its text without them. */
export interface HttpTarget {
  readonly url: URL;
  readonly authorization: string | undefined;
  /** For messages. */
  readonly text: string;
}

/** `TypeError` for what is no URL of the schemes http and https. */
export function parseHttpTarget(input: URL | string): HttpTarget {
  const url = new URL(input);
  if (!isHttp(url)) throw new TypeError(`Cannot open URL: scheme must be http or https, found ${url.protocol}`);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  const authorization = username === '' && password === '' ? undefined : basicAuthorization(username, password);
  return { url, authorization, text: url.href };
}

/** The route after a redirect; a sentence where it must not be taken. */
export function redirectedRoute({ url, trusted }: HttpRoute, location: string): HttpRoute | string {
  if (!URL.canParse(location, url.href)) return `redirect must lead to a URL, found ${JSON.stringify(location)}`;
  const next = new URL(location, url);
  if (!isHttp(next)) return `redirect must stay with http and https, found ${next.protocol}`;
  if (url.protocol === 'https:' && next.protocol === 'http:') return 'redirect must not lead from https to http';
  next.username = '';
  next.password = '';
  next.hash = '';
  return { url: next, trusted: trusted && next.origin === url.origin };
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/** RFC 7617, with UTF-8. */
function basicAuthorization(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${unescaped(username)}:${unescaped(password)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** A percent sign that escapes nothing stands for itself. */
function unescaped(text: string): string {
  return decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'));
}
