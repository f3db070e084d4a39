import type { ConfinementRequest } from './confinement-request.ts';
import type { Draft } from './draft.ts';

/** A place as the inside sees it, and where that is on the host. */
export interface VisiblePlace {
  readonly path: string;
  readonly real: string;
  readonly writable: boolean;
}

/**
 * What must not be changed from inside, whatever is granted: permissions, other applications' homes, what was unpacked for other starts, and
 * the file that the runtime reads variables from.
 */
export function protectOwnFiles(draft: Draft, request: ConfinementRequest, visible: readonly VisiblePlace[]): void {
  const { host, application } = request;
  const { homes, others } = ownFiles(request);
  for (const { inside } of seenAs(homes, visible)) draft.add('--perms', '0700', '--tmpfs', inside);
  for (const path of others) {
    for (const { inside, place } of seenAs(path, visible)) if (place.writable) draft.readOnly(path, inside);
  }
  const variables = `${application.path}.env`;
  if (!host.present.has(variables) && seenAs(variables, visible).some(({ place }) => place.writable)) {
    draft.notes.push(
      `may write beside its own file: a ${variables} that it leaves there counts when the image is started without confinement`,
    );
  }
}

/**
 * The folders between what is granted and what is protected in it, each to be mounted on itself: the kernel renames no folder that
 * something is mounted on, and one that was renamed would take what is protected to where nobody looks for it.
 */
export function heldFolders(request: ConfinementRequest, visible: readonly VisiblePlace[]): VisiblePlace[] {
  const held = new Map<string, VisiblePlace>();
  const { homes, others } = ownFiles(request);
  for (const path of homes === undefined ? others : [homes, ...others]) {
    for (const { place } of seenAs(path, visible)) {
      if (!place.writable) continue;
      const parts = path.slice(place.real.length + 1).split('/');
      for (let count = 1; count < parts.length; count++) {
        const below = `/${parts.slice(0, count).join('/')}`;
        held.set(place.path + below, { path: place.path + below, real: place.real + below, writable: true });
      }
    }
  }
  return [...held.values()];
}

/** What there is of it on the host. */
function ownFiles({ host, application }: ConfinementRequest) {
  const isThere = (path: string) => host.present.has(path);
  const homes = `${host.dataFolder}/homes`;
  const others = [
    `${host.configFolder}/appimage`,
    `${host.cacheFolder}/appimage`,
    application.path,
    `${application.path}.env`,
  ];
  return { homes: isThere(homes) ? homes : undefined, others: others.filter(isThere) };
}

interface Sight {
  readonly inside: string;
  readonly place: VisiblePlace;
}

/** By which names the inside sees a path of the host; of places within each other, the inner one is what is there. */
function seenAs(path: string | undefined, visible: readonly VisiblePlace[]): Sight[] {
  if (path === undefined) return [];
  const sights = visible.flatMap((place): Sight[] =>
    path === place.real || path.startsWith(`${place.real}/`)
      ? [{ inside: place.path + path.slice(place.real.length), place }]
      : [],
  );
  return sights.filter(
    ({ inside, place }) =>
      !visible.some(
        (other) =>
          other.path.length > place.path.length && (inside === other.path || inside.startsWith(`${other.path}/`)),
      ),
  );
}
