import { readFileSync, statSync } from 'node:fs';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { HttpOptions } from './http-options.ts';

/** Tokens by host. */
export type Tokens = ReadonlyMap<string, string>;

/** Variables that other programs of these services know, too; the API of GitHub has a host of its own. */
const VARIABLES: readonly (readonly [variable: string, host: string])[] = [
  ['GH_TOKEN', 'api.github.com'],
  ['GITHUB_TOKEN', 'api.github.com'],
  ['GITLAB_TOKEN', 'gitlab.com'],
  ['CODEBERG_TOKEN', 'codeberg.org'],
];

/** Whatever is visible; a line break would end the header that it goes into. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Collects the tokens of the environment, of the file and of the options, of which the later ones win.
 *
 * @throws AppImageError `not-permitted` for a file that others can read, `malformed` for one with other lines and for a variable that can not be sent, `io` where it
 *   can not be read
 * @throws TypeError for an option that can not be sent
 */
export function collectTokens({ tokens = {}, tokensFile, environment = process.env }: HttpOptions): Tokens {
  const collected = new Map<string, string>();
  for (const [variable, host] of VARIABLES) {
    const token = environment[variable]?.trim();
    if (!token) continue;
    if (!TOKEN.test(token)) throw new AppImageError('malformed', badToken(variable));
    collected.set(host, token);
  }
  const file = tokensFile === undefined ? environment['APPIMAGE_TOKENS_FILE'] : tokensFile;
  if (file) for (const [host, token] of readTokensFile(file)) collected.set(host, token);
  for (const [host, token] of Object.entries(tokens)) collected.set(host.toLowerCase(), checkToken(token, host));
  return collected;
}

/** The header for a request, where there is a token for its host and the way to it can not be listened to. */
export function authorizationFor(tokens: Tokens, url: URL): string | undefined {
  const token = tokens.get(url.host);
  if (token === undefined || !(url.protocol === 'https:' || isLoopback(url.hostname))) return undefined;
  return `Bearer ${token}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function readTokensFile(path: string): [string, string][] {
  let text: string;
  try {
    checkMode(path);
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw cause instanceof AppImageError ? cause : ioError(`Cannot read tokens from ${path}`, path, cause);
  }
  const lines = text.split('\n').map((line) => line.replace(/(?:^|\s)#.*$/, '').trim());
  return lines.flatMap((line, index): [string, string][] => {
    if (line === '') return [];
    const [host = '', token = '', ...rest] = line.split(/\s+/);
    if (!TOKEN.test(token) || rest.length > 0) {
      const message = `Cannot read tokens from ${path}: line ${index + 1} must be "host token", found something else`;
      throw new AppImageError('malformed', message, { path });
    }
    return [[host.toLowerCase(), token]];
  });
}

/** Windows has no such bits. */
function checkMode(path: string): void {
  const { mode } = statSync(path);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const found = (mode & 0o777).toString(8).padStart(4, '0');
  const message = `Cannot read tokens from ${path}: permissions must be 0600, found ${found}; run chmod 600`;
  throw new AppImageError('not-permitted', message, { path });
}

function checkToken(token: string, place: string): string {
  if (TOKEN.test(token)) return token;
  throw new TypeError(badToken(place));
}

function badToken(place: string): string {
  return `Cannot use token: that of ${place} must be visible ASCII without blanks, found something else`;
}
