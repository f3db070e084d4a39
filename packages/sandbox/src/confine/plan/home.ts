import type { Permissions } from '../../permissions/permissions.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import type { Draft } from './draft.ts';

/** Where private homes are, by identity. */
function privateHome(dataFolder: string, identity: string): string {
  return `${dataFolder}/homes/${identity}`;
}

/**
 * The home folder: the user's own where that is granted, else one of the application's. Answers the folder of the host in which mount
 * points may have to be made.
 */
export function addHome(draft: Draft, request: ConfinementRequest): string | undefined {
  const { permissions, host, application } = request;
  const { home } = host;
  draft.environment['HOME'] = home;
  if (seesWholeHome(permissions)) return undefined; // bound with the places
  switch (permissions.home) {
    case 'temporary':
      draft.add('--perms', '0700', '--tmpfs', home);
      return undefined;
    case 'portable': {
      const directory = `${application.path}.home`;
      if (!host.present.has(directory)) {
        draft.refused.push({
          what: 'home=portable',
          reason: `there is no folder ${directory} of yours`,
          remedy: `mkdir -m 700 ${JSON.stringify(directory)}`,
        });
      }
      draft.writable(directory, home);
      return directory;
    }
    case 'private': {
      const directory = privateHome(host.dataFolder, application.identity);
      draft.writable(directory, home);
      return directory;
    }
  }
}

/** Whether the user's own home folder is granted, as a whole. */
export function seesWholeHome({ filesystem }: Permissions): boolean {
  return filesystem['home'] !== undefined || filesystem['host'] !== undefined;
}

/**
 * What must not be changed from inside, whatever is granted: permissions, other applications' homes, and the file that the runtime
 * reads variables from.
 */
export function protectOwnFiles(draft: Draft, request: ConfinementRequest, visible: readonly VisiblePlace[]): void {
  const { host, application } = request;
  const seen = (path: string) => visible.some((place) => path === place.path || path.startsWith(`${place.path}/`));
  const writable = (path: string) => visible.some((place) => place.writable && path.startsWith(`${place.path}/`));
  const protect = (path: string) => {
    if (host.present.has(path) && writable(path)) draft.readOnly(path);
  };
  protect(`${host.configFolder}/appimage`);
  const homes = `${host.dataFolder}/homes`;
  if (host.present.has(homes) && seen(homes)) draft.add('--perms', '0700', '--tmpfs', homes);
  if (!writable(application.path)) return;
  protect(application.path);
  const variables = `${application.path}.env`;
  if (host.present.has(variables)) protect(variables);
  else {
    draft.notes.push(
      `may write beside its own file: a ${variables} that it leaves there counts when the image is started without confinement`,
    );
  }
}

/** A place as the inside sees it. */
export interface VisiblePlace {
  readonly path: string;
  readonly writable: boolean;
}
