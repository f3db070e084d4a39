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
