import type { Permissions } from '../../permissions/permissions.ts';
import type { Application } from '../../permissions/store/application.ts';

/**
 * As what portals know a confined application. Not the name that the image gives itself: what a person has allowed to a flatpak of that
 * name would be the image's as well.
 */
export function portalApplicationId({ desktopId, identity }: Pick<Application, 'desktopId' | 'identity'>): string {
  const readable = desktopId.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 100) || 'application';
  return `appimage.x${readable}.x${identity.slice(-16)}`;
}

/**
 * The file `/.flatpak-info`, by which portals tell who calls and that paths of the caller are not theirs. Its form is flatpak's:
 * https://docs.flatpak.org/en/latest/flatpak-command-reference.html#flatpak-metadata
 */
export function flatpakInfo(applicationId: string, instance: string, permissions: Permissions): string {
  const { network, features, sockets, devices } = permissions;
  const shared = [...(network === 'on' ? ['network'] : []), ...features.filter((name) => name === 'ipc')];
  const list = (values: readonly string[]) => values.map((value) => `${value};`).join('');
  return [
    '[Application]',
    `name=${applicationId}`,
    'runtime=runtime/io.appimage.Host/host/stable',
    '',
    '[Instance]',
    `instance-id=${instance}`,
    'session-bus-proxy=true',
    'runtime-path=/usr',
    '',
    '[Context]',
    `shared=${list(shared)}`,
    `sockets=${list(sockets)}`,
    `devices=${list(devices)}`,
    '',
  ].join('\n');
}
