import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { HttpSettings } from './http-options.ts';

/**
 * Makes what does the requests, through the proxies of the options or the environment. HTTP/2 is left aside: over one
 * connection a proxy or a server that throttles it would slow down every range at once.
 */
export function createDispatcher(settings: HttpSettings): Dispatcher {
  const { timeouts, connections } = settings;
  return new EnvHttpProxyAgent({
    ...findProxies(settings),
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

/** The proxies by scheme; an empty text says that there is none, and that nothing else is to be looked up. */
export function findProxies({ environment, proxy }: Pick<HttpSettings, 'environment' | 'proxy'>): {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
} {
  if (proxy !== undefined) {
    const everywhere = proxy === null ? '' : checkProxy(proxy, 'proxy');
    return { httpProxy: everywhere, httpsProxy: everywhere, noProxy: '' };
  }
  const lookUp = (name: string) => environment[name] || environment[name.toUpperCase()] || '';
  const proxyOf = (name: string) => {
    const text = lookUp(name) || lookUp('all_proxy');
    return text === '' ? '' : checkProxy(text, name);
  };
  return { httpProxy: proxyOf('http_proxy'), httpsProxy: proxyOf('https_proxy'), noProxy: lookUp('no_proxy') };
}

/** Other programs take `host:port` as well. */
function checkProxy(text: string, name: string): string {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || !/^(?:https?|socks5?):$/.test(url.protocol)) {
    // The text may have a password in it.
    throw new TypeError(`Cannot use proxy: ${name} must be a URL of http, https or socks5`);
  }
  return url.href;
}
