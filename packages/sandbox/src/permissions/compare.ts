import {
  type BusRules,
  type FileAccess,
  type IdentityKind,
  NETWORKS,
  type NetworkAccess,
  type Permissions,
} from './permissions.ts';
import { parsePlace, placeContains } from './place.ts';
import { permissionWords, type Word } from './words.ts';

const ACCESS_ORDER: readonly FileAccess[] = ['read', 'write', 'create'];
/** Portals let an application of the host do more, and ask less. */
const IDENTITY_ORDER: readonly IdentityKind[] = ['none', 'flatpak-like', 'host-scope'];

/** What `wider` grants beyond `granted`, as words. Empty when it is the same or less. */
export function widenings(granted: Permissions, wider: Permissions): Word[] {
  return permissionWords(wider).filter((word) => !isGranted(granted, word));
}

/** Whether a set of permissions has what a word grants, perhaps by a wider word. */
export function isGranted(granted: Permissions, { kind, value }: Word): boolean {
  switch (kind) {
    case 'filesystem': {
      const { place, access } = parsePlace(value);
      return Object.entries(granted.filesystem).some(
        ([outer, has]) => placeContains(outer, place) && ACCESS_ORDER.indexOf(has) >= ACCESS_ORDER.indexOf(access),
      );
    }
    case 'network':
      return NETWORKS.indexOf(granted.network) >= NETWORKS.indexOf(value as NetworkAccess);
    case 'socket':
      return granted.sockets.some(
        (name) => name === value || (name === 'x11' && (value === 'fallback-x11' || value === 'nested-x11')),
      );
    case 'device':
      return granted.devices.some((name) => name === value || name === 'all');
    case 'feature':
      return granted.features.some((name) => name === value);
    case 'talk':
    case 'own':
    case 'call':
      return granted.sockets.includes('session-bus') || passesBus(granted.sessionBus, kind, value);
    case 'system-talk':
    case 'system-own':
    case 'system-call':
      return (
        granted.sockets.includes('system-bus') ||
        passesBus(granted.systemBus, kind.slice('system-'.length) as keyof BusRules, value)
      );
    case 'set': {
      const equals = value.indexOf('=');
      return granted.environment.set[value.slice(0, equals)] === value.slice(equals + 1);
    }
    case 'unset':
      return true;
    case 'pass':
      return granted.environment.pass.includes(value);
    case 'home':
      // The folder beside the file is that of starts without confinement, too; the others differ in what stays.
      return value !== 'portable' || granted.home === 'portable';
    case 'identity':
      return IDENTITY_ORDER.indexOf(granted.identity) >= IDENTITY_ORDER.indexOf(value as IdentityKind);
  }
}

function passesBus(rules: BusRules, rule: keyof BusRules, value: string): boolean {
  const name = rule === 'call' ? value.slice(0, value.indexOf('=')) : value;
  const covers = (pattern: string) =>
    pattern === name || (pattern.endsWith('.*') && `${name}.`.startsWith(pattern.slice(0, -1)));
  if (rules.own.some(covers)) return true;
  if (rule === 'own') return false;
  return rules.talk.some(covers) || (rule === 'call' && rules.call.includes(value));
}
