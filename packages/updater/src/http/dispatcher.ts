import { AppImageError } from '@appimage-js/format';
import type { Dispatcher } from 'undici';
import type { HttpSettings } from './http-options.ts';

/** What does the requests. */
export type RequestDispatcher = Pick<Dispatcher, 'request' | 'destroy'>;

/**
 * Makes what does the requests, through the proxies that were found. HTTP/2 is left aside: over one connection a proxy or a
 * server that throttles it would slow down every range at once.
 *
 * The library is loaded here and not before: it takes longer to load than all the rest of this package.
 */
export async function createDispatcher(
  { timeouts, connections }: Pick<HttpSettings, 'timeouts' | 'connections'>,
  proxies: Proxies,
): Promise<RequestDispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  return new EnvHttpProxyAgent({
    ...proxies,
    allowH2: false,
    // Plain HTTP needs no tunnel, which many proxies refuse for it.
    proxyTunnel: false,
    connections,
    pipelining: 1,
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.silence,
  });
}

/**
 * The proxies by scheme; an empty text says that there is none, and that nothing else is to be looked up.
 *
 * @throws AppImageError `malformed` for a variable that can not be used; TypeError for such an option
 */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/**
 * Finds the proxies in the options or the environment.
 *
 * @throws TypeError for what is no URL of a proxy
 */
export function findProxies({ environment, proxy }: Pick<HttpSettings, 'environment' | 'proxy'>): Proxies {
  if (proxy !== undefined) {
    const everywhere = proxy === null ? '' : proxyUrl(proxy);
    if (everywhere === undefined) throw new TypeError(badProxy('proxy'));
    return { httpProxy: everywhere, httpsProxy: everywhere, noProxy: '' };
  }
  const lookUp = (name: string) => environment[name] || environment[name.toUpperCase()] || '';
  const proxyOf = (name: string) => {
    const text = lookUp(name) || lookUp('all_proxy');
    const url = text === '' ? '' : proxyUrl(text);
    if (url === undefined) throw new AppImageError('malformed', badProxy(name));
    return url;
  };
  return { httpProxy: proxyOf('http_proxy'), httpsProxy: proxyOf('https_proxy'), noProxy: lookUp('no_proxy') };
}

/** Other programs take `host:port` as well. Undefined for what is no proxy. */
function proxyUrl(text: string): string | undefined {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  return url !== null && /^(?:https?|socks5?):$/.test(url.protocol) ? url.href : undefined;
}

/** Without the text, which may have a password in it. */
function badProxy(name: string): string {
  return `Cannot use proxy: ${name} must be a URL of http, https or socks5`;
}
