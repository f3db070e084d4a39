import type { FileAccess } from '../../permissions/permissions.ts';
import { accessSuffix, isOwnPlace } from '../../permissions/place.ts';
import type { PlaceFact } from '../host/confinement-host.ts';
import type { HomePlan } from './confinement-plan.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import type { Draft } from './draft.ts';
import { heldFolders, protectOwnFiles, type VisiblePlace } from './own-files.ts';

/** Top folders that are the system's, or that every start has anew; `host` does not bring them. */
const SYSTEM_FOLDERS =
  /^\/(?:app|bin|boot|dev|etc|gnu|lib|lib32|lib64|libx32|lost\+found|nix|proc|run|sbin|sys|tmp|usr|var)$/;

/**
 * The granted places, outer ones first. Answers the mount points that have to be there in the application's own home folder.
 */
export function addPlaces(draft: Draft, request: ConfinementRequest): HomePlan['mountPoints'] {
  const granted = resolvePlaces(request).sort((one, other) => compareText(one.path, other.path));
  const bound = granted.filter((place) => isUsable(draft, place, granted));
  const byDescriptor = request.bindsDescriptors === true;
  const visible: VisiblePlace[] = bound.map(({ path, real, access }) => ({ path, real, writable: access !== 'read' }));
  const all = [...visible, ...heldFolders(request, visible)].sort((one, other) => compareText(one.path, other.path));
  for (const { path, real, writable } of all) {
    if (byDescriptor) draft.byDescriptor(writable ? 'write' : 'read', real, path);
    else if (writable) draft.writable(real, path);
    else draft.readOnly(real, path);
  }
  protectOwnFiles(draft, request, visible);
  return mountPoints(request.host.home, bound);
}

interface GrantedPlace extends PlaceFact {
  readonly access: FileAccess;
}

interface BoundPlace extends GrantedPlace {
  readonly real: string;
}

/** `home`, `host` and `host-etc` stand for folders. */
function resolvePlaces({ permissions, host }: ConfinementRequest): GrantedPlace[] {
  const places: GrantedPlace[] = [];
  const folder = (path: string, access: FileAccess, place: string) => {
    const real = path === host.home ? host.realHome : path;
    places.push({ place, path, real, kind: 'directory', links: [], access });
  };
  for (const [place, access] of Object.entries(permissions.filesystem)) {
    if (place === 'home') folder(host.home, access, place);
    else if (place === 'host') {
      for (const [path, entry] of Object.entries(host.root)) {
        if (entry === 'directory' && !SYSTEM_FOLDERS.test(path)) folder(path, access, place);
      }
      if (host.present.has('/run/media')) folder('/run/media', access, place);
      if (!places.some(({ path }) => host.home.startsWith(`${path}/`) || path === host.home))
        folder(host.home, access, place);
    } else if (place !== 'host-etc') {
      const fact = host.places[place];
      if (fact !== undefined) places.push({ ...fact, access });
    }
  }
  return places;
}

function isUsable(draft: Draft, place: GrantedPlace, all: readonly GrantedPlace[]): place is BoundPlace {
  const word = `filesystem=${place.place}${accessSuffix(place.access)}`;
  // Who may write where a link is can make it lead elsewhere between two starts.
  const unsafe = place.links.find((link) =>
    all.some((other) => other.access !== 'read' && other !== place && link.startsWith(`${other.real ?? other.path}/`)),
  );
  if (unsafe !== undefined) {
    draft.refused.push({
      what: word,
      reason: `the application may change where the link ${unsafe} leads`,
      remedy: `grant the folder itself, ${place.real ?? place.path}`,
    });
    return false;
  }
  if (place.links.length > 0 && place.real !== undefined && isOwnPlace(place.real) && !place.real.startsWith('/tmp/')) {
    draft.refused.push({
      what: word,
      reason: `it leads to ${place.real}, and what is there is made anew for every start`,
      remedy: 'do without that grant',
    });
    return false;
  }
  if (place.kind === 'missing' && place.access !== 'create') {
    draft.missing.push(`${word}: there is no ${place.path}`);
    return false;
  }
  if (place.kind === 'other') {
    draft.missing.push(`${word}: ${place.path} is neither a folder nor a file`);
    return false;
  }
  if (place.kind === 'missing' && place.real !== undefined) draft.created.push(place.real);
  return place.real !== undefined;
}

function mountPoints(home: string, bound: readonly BoundPlace[]): HomePlan['mountPoints'] {
  const points = new Map<string, 'directory' | 'file'>();
  for (const { path, kind } of bound) {
    if (!path.startsWith(`${home}/`)) continue;
    const parts = path.slice(home.length + 1).split('/');
    for (let count = 1; count < parts.length; count++) points.set(parts.slice(0, count).join('/'), 'directory');
    points.set(parts.join('/'), kind === 'file' ? 'file' : 'directory');
  }
  return [...points].map(([path, kind]) => ({ path, kind })).sort((one, other) => compareText(one.path, other.path));
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
