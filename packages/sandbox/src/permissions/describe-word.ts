import { parsePlace } from './place.ts';
import type { Word, WordKind } from './words.ts';

const SOCKET_TEXTS: Readonly<Record<string, string>> = {
  x11: 'X11: may see and type into every other window of that server',
  'fallback-x11': 'X11 where there is no Wayland: may see and type into every other window of that server',
  'nested-x11': 'X11 in a window of its own, by a server that has no other client',
  wayland: 'windows by Wayland',
  pulseaudio: 'sound by PulseAudio, the microphone included',
  pipewire: 'all of PipeWire: sound, microphone, and cameras that it hands out',
  'session-bus': 'the whole session bus, unfiltered: may start programs outside',
  'system-bus': 'the whole system bus, unfiltered',
  cups: 'printers',
  'ssh-agent': 'may sign with the keys of the SSH agent',
  'gpg-agent': 'may sign and decrypt with the keys of the GnuPG agent',
  pcsc: 'smart cards',
};

const DEVICE_TEXTS: Readonly<Record<string, string>> = {
  dri: 'graphics card',
  input: 'game controllers and every other input device, keyboards included',
  kvm: 'virtual machines',
  video: 'cameras',
  usb: 'USB devices',
  all: 'every device node',
};

const FEATURE_TEXTS: Readonly<Record<string, string>> = {
  devel: 'debuggers: ptrace and performance counters',
  multiarch: 'programs of the 32-bit sister architecture',
  'nested-namespaces': 'sandboxes of its own, as Chromium makes them; more of the kernel can be reached',
  ipc: 'shared memory of the host',
};

const NETWORK_TEXTS: Readonly<Record<string, string>> = {
  on: 'the network, services of this machine and abstract sockets included',
  loopback: 'a network with nobody else on it',
  off: 'no network',
};

const HOME_TEXTS: Readonly<Record<string, string>> = {
  private: 'a home folder of its own',
  portable: 'the home folder beside the file',
  temporary: 'a home folder that is gone afterwards',
};

const IDENTITY_TEXTS: Readonly<Record<string, string>> = {
  'flatpak-like': 'portals treat it as a confined application',
  'host-scope': 'portals treat it as an application of the host',
  none: 'portals are not told which application it is',
};

const PLACE_TEXTS: Readonly<Record<string, string>> = {
  home: 'your whole home folder',
  host: 'all files that you can reach',
  'host-etc': 'the settings of the system',
};

const TEXTS: Readonly<Partial<Record<WordKind, Readonly<Record<string, string>>>>> = {
  socket: SOCKET_TEXTS,
  device: DEVICE_TEXTS,
  feature: FEATURE_TEXTS,
  network: NETWORK_TEXTS,
  home: HOME_TEXTS,
  identity: IDENTITY_TEXTS,
};

/** Says to a person what a word grants. */
export function describeWord({ kind, value }: Word): string {
  if (kind === 'filesystem') return describePlace(value);
  const text = TEXTS[kind]?.[value];
  if (text !== undefined) return text;
  const bus = kind.startsWith('system-') ? 'system bus' : 'session bus';
  switch (kind) {
    case 'talk':
    case 'system-talk':
      return `may talk to ${value} on the ${bus}`;
    case 'own':
    case 'system-own':
      return `may be ${value} on the ${bus}`;
    case 'call':
    case 'system-call':
      return `may call ${value} on the ${bus}`;
    case 'set':
      return `variable ${value}`;
    case 'unset':
      return `without the variable ${value}`;
    default:
      return `the variable ${value} as it is outside`;
  }
}

function describePlace(value: string): string {
  const { place, access } = parsePlace(value);
  const what = PLACE_TEXTS[place] ?? place;
  return {
    read: `may read ${what}`,
    write: `may change ${what}`,
    create: `may change ${what}, which is made if need be`,
  }[access];
}
