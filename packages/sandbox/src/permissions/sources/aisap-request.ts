/*
 * The group `[X-App Permissions]` of a desktop entry, as aisap has it: Level (0 to 3), Files, Devices, Sockets, and DataDir (or
 * NoDataDir) for a home folder that stays.
 */
import { type DesktopEntry, getRawValue, hasGroup, parseListValue } from '@appimage-js/format';
import { aisapLevel } from '../levels.ts';
import { NOTHING, type Permissions } from '../permissions.ts';
import { allow, parseWord } from '../words.ts';
import { collectWords, type Request, withoutLoaderVariables } from './request.ts';

const GROUP = 'X-App Permissions';

/** What aisap calls a socket, as words of ours; the two kinds of sound that it knows are PulseAudio's here. */
const SOCKETS: Readonly<Record<string, readonly string[]>> = {
  alsa: ['socket=pulseaudio'],
  audio: ['socket=pulseaudio'],
  cgroup: [],
  dbus: ['socket=session-bus'],
  ipc: ['feature=ipc'],
  network: ['network=on'],
  pid: [],
  pipewire: ['socket=pipewire'],
  pulseaudio: ['socket=pulseaudio'],
  session: [],
  user: ['feature=nested-namespaces'],
  uts: [],
  wayland: ['socket=wayland'],
  x11: ['socket=fallback-x11'],
};

/** Level 1 shows the settings of the system and other software as well; below that, what is always there is enough. */
const WIDE_PLACES = ['filesystem=host-etc:ro', 'filesystem=/opt:ro'];

/** Reads aisap's request; undefined where there is none, or its level is none. */
export function readAisapRequest(entry: DesktopEntry): Request | undefined {
  if (!hasGroup(entry, GROUP)) return undefined;
  const list = (key: string) => parseListValue(getRawValue(entry, key, { group: GROUP }) ?? '');
  const number = getRawValue(entry, 'Level', { group: GROUP }) ?? '';
  const level = aisapLevel(number);
  if (level === undefined) return undefined;

  const words = [
    ...(level === 'open' ? WIDE_PLACES : []),
    ...list('Files').map((text) => `filesystem=${accessOf(text)}`),
    ...list('Devices').map((text) => `device=${text}`),
    ...list('Sockets').flatMap((text) => SOCKETS[text] ?? [`socket=${text}`]),
  ];
  let permissions: Permissions = {
    ...NOTHING,
    features: ['multiarch'],
    home: staysAtHome(entry) ? 'private' : 'temporary',
  };
  const { ignored } = collectWords(words, (word) => {
    permissions = allow(permissions, parseWord(word));
  });
  const unconfined = number.trim() === '0' ? ['Level=0: an image is never run free because it asks for it'] : [];
  return withoutLoaderVariables({ permissions, from: GROUP, ignored: [...unconfined, ...ignored] });
}

/** A place is to be read only, unless it says otherwise: the other way round than here. */
function accessOf(text: string): string {
  return /:(?:ro|rw)$/.test(text) ? text : `${text}:ro`;
}

function staysAtHome(entry: DesktopEntry): boolean {
  const value = (key: string) => getRawValue(entry, key, { group: GROUP });
  return value('NoDataDir') !== 'true' && value('DataDir') !== 'false';
}
