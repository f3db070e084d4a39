import { isGranted } from '../compare.ts';
import { NOTHING, type Permissions } from '../permissions.ts';
import { checkPlace } from '../place.ts';
import { allow, formatWord, parseWord } from '../words.ts';

/** What a proposal is made from, beside what was traced. */
export interface ProposalFacts {
  readonly home: string;
  /** By their names: `xdg-download` → its path. */
  readonly userFolders: Readonly<Record<string, string>>;
  /** What is there on the host, so that what programs only look for does not count. */
  readonly exists: (path: string) => boolean;
}

/** What an application needs, as far as it was seen. */
export interface Proposal {
  readonly permissions: Permissions;
  /** What of the trace led to a word, by the word. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Calls that name a file; the path is the first text in them. */
const FILE_CALL =
  /^(?:\[pid\s+\d+\] |\d+\s+)?(open|openat|openat2|stat|lstat|statx|newfstatat|access|faccessat2?|readlink|readlinkat|mkdir|mkdirat|chdir|execve)\(.*?"((?:[^"\\]|\\.)*)"(.*)$/;
const UNIX_CALL = /\bconnect\(.*sun_path="((?:[^"\\]|\\.)*)"/;
const INTERNET_CALL = /\b(?:connect|sendto)\(.*(?:inet_addr\("([\d.]+)"\)|inet_pton\(AF_INET6, "([0-9a-f:]+)")/;

/** Sockets and devices by what their path looks like. */
const BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/^\/tmp\/\.X11-unix\//, 'socket=fallback-x11'],
  [/\/wayland-\d+$/, 'socket=wayland'],
  [/\/pulse\/native$/, 'socket=pulseaudio'],
  [/\/pipewire-\d+$/, 'socket=pipewire'],
  [/\/cups\.sock$/, 'socket=cups'],
  [/\/S\.gpg-agent$/, 'socket=gpg-agent'],
  [/pcscd\.comm$/, 'socket=pcsc'],
  [/^\/dev\/dri(?:\/|$)/, 'device=dri'],
  [/^\/dev\/input\/(?:js|event)/, 'device=input'],
  [/^\/dev\/kvm$/, 'device=kvm'],
  [/^\/dev\/video\d+$/, 'device=video'],
  [/^\/dev\/bus\/usb\//, 'device=usb'],
];

/** What programs look into without a need: their own settings and caches are in a home folder of their own. */
const OWN_FOLDERS = ['xdg-cache', 'xdg-config', 'xdg-data', 'xdg-templates', 'xdg-publicshare'];

/** Reads what strace has written, a line each, and proposes what the application needs; wishes that were not met count as well. */
export function proposePermissions(lines: Iterable<string>, facts: ProposalFacts): Proposal {
  let permissions: Permissions = { ...NOTHING, features: ['multiarch'] };
  const reasons: Record<string, string> = {};
  const add = (text: string, reason: string) => {
    const word = parseWord(text);
    const name = formatWord(word);
    if (isGranted(permissions, word)) return;
    if (word.kind === 'filesystem') delete reasons[`${name}:ro`]; // was read before, and is written to now
    reasons[name] = reason;
    permissions = allow(permissions, word);
  };
  for (const line of lines) {
    for (const { word, path } of wordsOf(line, facts)) add(word, path);
  }
  return { permissions, reasons };
}

function wordsOf(line: string, facts: ProposalFacts): { readonly word: string; readonly path: string }[] {
  const socket = UNIX_CALL.exec(line)?.[1];
  if (socket !== undefined) return byPath(unquote(socket));
  const address = INTERNET_CALL.exec(line);
  if (address !== null) {
    const host = address[1] ?? address[2] ?? '';
    const isOwn = host.startsWith('127.') || host === '::1';
    return [{ word: isOwn ? 'network=loopback' : 'network=on', path: host }].filter(() => host !== '0.0.0.0');
  }
  const [, call, text, rest = ''] = FILE_CALL.exec(line) ?? [];
  if (call === undefined || text === undefined) return [];
  const path = unquote(text);
  if (call === 'open' || call === 'openat' || call === 'openat2') {
    const found = byPath(path);
    if (found.length > 0) return facts.exists(path) ? found : [];
  }
  const isWriting = /O_(?:WRONLY|RDWR|CREAT)/.test(rest) || call.startsWith('mkdir');
  if (path.includes('/../')) return []; // where that leads is not said by the path
  const isThere = facts.exists(path) || (isWriting && facts.exists(path.slice(0, path.lastIndexOf('/'))));
  const place = isThere ? placeOf(path, facts) : undefined;
  return place === undefined || !isPlace(place) ? [] : [{ word: `filesystem=${place}${isWriting ? '' : ':ro'}`, path }];
}

/** Some names can not be spelled as a grant. */
function isPlace(text: string): boolean {
  try {
    return checkPlace(text) !== '';
  } catch {
    return false;
  }
}

function byPath(path: string): { readonly word: string; readonly path: string }[] {
  const found = BY_PATH.find(([pattern]) => pattern.test(path));
  return found === undefined ? [] : [{ word: found[1], path }];
}

/** The folder of the user's in which a path is, or the first one below the home folder or of a medium. */
function placeOf(path: string, { home, userFolders }: ProposalFacts): string | undefined {
  for (const [name, folder] of Object.entries(userFolders)) {
    if (path !== folder && !path.startsWith(`${folder}/`)) continue;
    return OWN_FOLDERS.includes(name) ? undefined : name;
  }
  if (path.startsWith(`${home}/`)) {
    const first = path.slice(home.length + 1).split('/')[0] ?? '';
    return first.startsWith('.') ? undefined : `~/${first}`;
  }
  return /^\/(?:media|mnt|srv)\/[^/]+/.exec(path)?.[0];
}

/** Strace's escapes, as in C. */
function unquote(text: string): string {
  return text.replaceAll(/\\(?:([0-7]{1,3})|x([0-9a-f]{2})|(.))/g, (_, octal, hex, other) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { n: '\n', t: '\t', r: '\r' }[other as 'n'] ?? other;
  });
}
