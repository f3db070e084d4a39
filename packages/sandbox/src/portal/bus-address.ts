import { AppImageError } from '@appimage-js/format';

/**
 * The socket of the first address of a bus that is a Unix socket, by its path or in the abstract name space, as Node connects to it.
 *
 * @throws AppImageError `unsupported` where there is none
 */
export function busSocket(address: string): string {
  for (const one of address.split(';')) {
    const [transport = '', keys = ''] = one.split(/:(.*)/s);
    if (transport !== 'unix') continue;
    for (const pair of keys.split(',')) {
      const [key, value = ''] = pair.split('=');
      if (key === 'path') return decodeURIComponent(value);
      if (key === 'abstract') return `\0${decodeURIComponent(value)}`;
    }
  }
  throw new AppImageError('unsupported', `Cannot reach the bus: its address must be a Unix socket's, found ${address}`);
}
