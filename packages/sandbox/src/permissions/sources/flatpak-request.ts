/*
 * What flatpak has in its `metadata` file ([Context], [Environment], [Session Bus Policy], [System Bus Policy]) and manifests have as
 * `finish-args`: https://docs.flatpak.org/en/latest/flatpak-command-reference.html#flatpak-metadata
 */
import { type DesktopEntry, getRawValue, hasGroup, listKeys, parseListValue } from '@appimage-js/format';
import { NOTHING, type Permissions } from '../permissions.ts';
import { allow, deny, parseWord } from '../words.ts';
import { collectWords, type Request, withoutLoaderVariables } from './request.ts';

const SOCKET_NAMES: Readonly<Record<string, string>> = { 'ssh-auth': 'ssh-agent' };

/** What is granted or has no counterpart, and is passed over without a word. */
const SILENT: readonly string[] = ['inherit-wayland-socket', 'shm', 'bluetooth', 'canbus', 'per-app-dev-shm'];

/** The folders that flatpak calls differently, or that stand for several here. */
const PLACES: Readonly<Record<string, string>> = {
  'host-os': '/usr',
  'host-root': '/',
  'xdg-public-share': 'xdg-publicshare',
};

/** Reads flatpak's `metadata`; undefined where it has no `[Context]`. */
export function readFlatpakMetadata(metadata: DesktopEntry): Request | undefined {
  if (!hasGroup(metadata, 'Context')) return undefined;
  const list = (key: string) => parseListValue(getRawValue(metadata, key, { group: 'Context' }) ?? '');
  const options = [
    ...list('shared').map((name) => option('share', name)),
    ...list('sockets').map((name) => option('socket', name)),
    ...list('devices').map((name) => option('device', name)),
    ...list('features').map((name) => option('allow', name)),
    ...list('filesystems').map((name) => option('filesystem', name)),
    ...list('persistent').map(() => undefined),
    ...policies(metadata, 'Session Bus Policy', ''),
    ...policies(metadata, 'System Bus Policy', 'system-'),
    ...listKeys(metadata, { group: 'Environment' }).map(
      (name) => `--env=${name}=${getRawValue(metadata, name, { group: 'Environment' }) ?? ''}`,
    ),
  ];
  return readFinishArguments(
    options.filter((text) => text !== undefined),
    'metadata',
  );
}

/** Reads options as a flatpak manifest has them in `finish-args`. */
export function readFinishArguments(options: readonly string[], from = 'X-Flatpak-FinishArgs'): Request {
  let permissions: Permissions = { ...NOTHING };
  const { ignored } = collectWords(options, (text) => {
    const word = finishWord(text);
    if (word === undefined) return;
    const take = word.denied ? deny : allow;
    permissions = take(permissions, parseWord(word.text));
  });
  return withoutLoaderVariables({ permissions, from, ignored });
}

function finishWord(text: string): { readonly text: string; readonly denied: boolean } | undefined {
  const [, name = '', value = ''] = /^--([a-z-]+)=(.*)$/s.exec(text) ?? [];
  const no = name.startsWith('no');
  const granted = (word: string) => ({ text: word, denied: no });
  switch (name) {
    case 'share':
    case 'unshare':
      return { text: value === 'network' ? 'network=on' : `feature=${value}`, denied: name === 'unshare' };
    case 'socket':
    case 'nosocket':
      return SILENT.includes(value) ? undefined : granted(`socket=${SOCKET_NAMES[value] ?? value}`);
    case 'device':
    case 'nodevice':
      return SILENT.includes(value) ? undefined : granted(`device=${value}`);
    case 'allow':
      return SILENT.includes(value) ? undefined : granted(`feature=${value}`);
    case 'filesystem':
    case 'nofilesystem':
      return granted(`filesystem=${placeOf(value)}`);
    case 'talk-name':
      return granted(`talk=${value}`);
    case 'own-name':
      return granted(`own=${value}`);
    case 'system-talk-name':
      return granted(`system-talk=${value}`);
    case 'system-own-name':
      return granted(`system-own=${value}`);
    case 'env':
      return granted(`set=${value}`);
    case 'unset-env':
      return granted(`unset=${value}`);
    case 'persist':
    case 'metadata':
    case 'require-version':
      return undefined; // the whole home folder stays here
    default:
      throw new TypeError('there is no such option');
  }
}

function placeOf(text: string): string {
  const [, place = text, suffix = ''] = /^(.*?)(:(?:ro|rw|create))?$/s.exec(text) ?? [];
  return `${PLACES[place] ?? place}${suffix}`;
}

/** In `metadata` a `!` before a name takes it away. */
function option(kind: string, name: string): string {
  const isDenied = name.startsWith('!');
  const denial = kind === 'share' ? 'un' : 'no';
  return `--${isDenied ? denial : ''}${kind}=${isDenied ? name.slice(1) : name}`;
}

function policies(metadata: DesktopEntry, group: string, prefix: string): (string | undefined)[] {
  return listKeys(metadata, { group }).map((name) => {
    const policy = getRawValue(metadata, name, { group })?.trim();
    return policy === 'talk' || policy === 'own' ? `--${prefix}${policy}-name=${name}` : undefined;
  });
}
