import { AppImageError } from '@appimage-js/format';
import {
  type BusRules,
  DEVICES,
  type DeviceName,
  FEATURES,
  type FeatureName,
  HOMES,
  type HomeKind,
  IDENTITIES,
  type IdentityKind,
  NETWORKS,
  type NetworkAccess,
  type Permissions,
  SOCKETS,
  type SocketName,
} from './permissions.ts';
import { accessSuffix, parsePlace } from './place.ts';
import { checkBusCall, checkBusName, checkVariable } from './values.ts';

/** Kinds of words: `kind=value`, as `--allow` takes them and a page prints them. */
export type WordKind =
  | 'filesystem'
  | 'home'
  | 'socket'
  | 'device'
  | 'network'
  | 'feature'
  | 'talk'
  | 'own'
  | 'call'
  | 'system-talk'
  | 'system-own'
  | 'system-call'
  | 'set'
  | 'unset'
  | 'pass'
  | 'identity';

/** One grant of a set of permissions. */
export interface Word {
  readonly kind: WordKind;
  readonly value: string;
}

const BUS_KINDS = {
  talk: ['sessionBus', 'talk'],
  own: ['sessionBus', 'own'],
  call: ['sessionBus', 'call'],
  'system-talk': ['systemBus', 'talk'],
  'system-own': ['systemBus', 'own'],
  'system-call': ['systemBus', 'call'],
} as const satisfies Partial<Record<WordKind, readonly [keyof Permissions, keyof BusRules]>>;

const KINDS: readonly WordKind[] = [
  'filesystem',
  'home',
  'socket',
  'device',
  'network',
  'feature',
  ...(Object.keys(BUS_KINDS) as (keyof typeof BUS_KINDS)[]),
  'set',
  'unset',
  'pass',
  'identity',
];

/** `socket=wayland`, the whole spelling of a word. */
export function formatWord({ kind, value }: Word): string {
  return `${kind}=${value}`;
}

/**
 * Reads a word: `device=dri`, or only `dri`, `network`, `xdg-download:ro`, `~/name` where that is clear by itself.
 *
 * @throws AppImageError `malformed` for a kind or a value that is not known
 */
export function parseWord(text: string): Word {
  const equals = text.indexOf('=');
  const kind = KINDS.find((name) => equals > 0 && name === text.slice(0, equals));
  if (kind !== undefined) return checkWord({ kind, value: text.slice(equals + 1) });
  if (text === 'network') return { kind: 'network', value: 'on' };
  if (text === 'loopback') return { kind: 'network', value: 'loopback' };
  if (isOneOf(SOCKETS, text)) return { kind: 'socket', value: text };
  if (isOneOf(DEVICES, text)) return { kind: 'device', value: text };
  if (isOneOf(FEATURES, text)) return { kind: 'feature', value: text };
  return checkWord({ kind: 'filesystem', value: text });
}

/** Checks the value of a word, and answers the word in its usual spelling. */
function checkWord({ kind, value }: Word): Word {
  switch (kind) {
    case 'filesystem': {
      const { place, access } = parsePlace(value);
      return { kind, value: place + accessSuffix(access) };
    }
    case 'home':
      return { kind, value: oneOf(HOMES, value, 'home') };
    case 'socket':
      return { kind, value: oneOf(SOCKETS, value, 'socket') };
    case 'device':
      return { kind, value: oneOf(DEVICES, value, 'device') };
    case 'network':
      return { kind, value: oneOf(NETWORKS, value, 'network') };
    case 'feature':
      return { kind, value: oneOf(FEATURES, value, 'feature') };
    case 'identity':
      return { kind, value: oneOf(IDENTITIES, value, 'identity') };
    case 'call':
    case 'system-call':
      return { kind, value: checkBusCall(value) };
    case 'set': {
      const equals = value.indexOf('=');
      checkVariable(equals < 0 ? value : value.slice(0, equals));
      return { kind, value: equals < 0 ? `${value}=` : value };
    }
    case 'unset':
    case 'pass':
      return { kind, value: checkVariable(value) };
    default:
      return { kind, value: checkBusName(value) };
  }
}

/** All that is granted, a word each, in a fixed order. */
export function permissionWords(permissions: Permissions): Word[] {
  const { filesystem, environment } = permissions;
  const words: Word[] = [{ kind: 'home', value: permissions.home }];
  const add = (kind: WordKind, values: readonly string[]) => {
    for (const value of [...values].sort()) words.push({ kind, value });
  };
  add(
    'filesystem',
    Object.entries(filesystem).map(([place, access]) => place + accessSuffix(access)),
  );
  add('socket', permissions.sockets);
  add('device', permissions.devices);
  add('network', [permissions.network]);
  add('feature', permissions.features);
  for (const [kind, [bus, rule]] of Object.entries(BUS_KINDS)) add(kind as WordKind, permissions[bus][rule]);
  add(
    'set',
    Object.entries(environment.set).map(([name, value]) => `${name}=${value}`),
  );
  add('unset', environment.unset);
  add('pass', environment.pass);
  add('identity', [permissions.identity]);
  return words;
}

/** Adds what a word grants. Of a single choice, such as the network, it becomes the choice. */
export function allow(permissions: Permissions, { kind, value }: Word): Permissions {
  switch (kind) {
    case 'filesystem': {
      const { place, access } = parsePlace(value);
      return { ...permissions, filesystem: { ...permissions.filesystem, [place]: access } };
    }
    case 'home':
      return { ...permissions, home: value as HomeKind };
    case 'socket':
      return { ...permissions, sockets: withValue(permissions.sockets, value as SocketName) };
    case 'device':
      return { ...permissions, devices: withValue(permissions.devices, value as DeviceName) };
    case 'network':
      return { ...permissions, network: value as NetworkAccess };
    case 'feature':
      return { ...permissions, features: withValue(permissions.features, value as FeatureName) };
    case 'identity':
      return { ...permissions, identity: value as IdentityKind };
    case 'set': {
      const equals = value.indexOf('=');
      const set = { ...permissions.environment.set, [value.slice(0, equals)]: value.slice(equals + 1) };
      return { ...permissions, environment: { ...permissions.environment, set } };
    }
    case 'unset':
    case 'pass': {
      const names = withValue(permissions.environment[kind], value);
      return { ...permissions, environment: { ...permissions.environment, [kind]: names } };
    }
    default: {
      const [bus, rule] = BUS_KINDS[kind];
      return { ...permissions, [bus]: { ...permissions[bus], [rule]: withValue(permissions[bus][rule], value) } };
    }
  }
}

/** Takes away what a word grants. Of a single choice, only the network can be taken away: it goes off. */
export function deny(permissions: Permissions, { kind, value }: Word): Permissions {
  switch (kind) {
    case 'filesystem': {
      const denied = parsePlace(value).place;
      const kept = Object.entries(permissions.filesystem).filter(([place]) => place !== denied);
      return { ...permissions, filesystem: Object.fromEntries(kept) };
    }
    case 'socket': {
      // What falls back to X11 is X11.
      const denied = value === 'x11' ? ['x11', 'fallback-x11'] : [value];
      return { ...permissions, sockets: permissions.sockets.filter((name) => !denied.includes(name)) };
    }
    case 'device':
      return { ...permissions, devices: permissions.devices.filter((name) => name !== value) };
    case 'network':
      return { ...permissions, network: 'off' };
    case 'feature':
      return { ...permissions, features: permissions.features.filter((name) => name !== value) };
    case 'set': {
      const denied = value.split('=', 1)[0];
      const kept = Object.entries(permissions.environment.set).filter(([name]) => name !== denied);
      return { ...permissions, environment: { ...permissions.environment, set: Object.fromEntries(kept) } };
    }
    case 'unset':
    case 'pass': {
      const names = permissions.environment[kind].filter((name) => name !== value);
      return { ...permissions, environment: { ...permissions.environment, [kind]: names } };
    }
    case 'home':
    case 'identity':
      throw new AppImageError('malformed', `Cannot deny ${kind}: allow another one instead, such as ${kind}=private`);
    default: {
      const [bus, rule] = BUS_KINDS[kind];
      const names = permissions[bus][rule].filter((name) => name !== value);
      return { ...permissions, [bus]: { ...permissions[bus], [rule]: names } };
    }
  }
}

function withValue<T extends string>(values: readonly T[], value: T): T[] {
  return [...new Set([...values, value])].sort();
}

function isOneOf<T extends string>(values: readonly T[], text: string): text is T {
  return (values as readonly string[]).includes(text);
}

function oneOf<T extends string>(values: readonly T[], text: string, what: string): T {
  if (isOneOf(values, text)) return text;
  const found = JSON.stringify(text);
  throw new AppImageError('malformed', `Cannot grant ${what}: expected one of ${values.join(', ')}, found ${found}`);
}
