import type { BusRules } from '../../permissions/permissions.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import { runtimeFolder } from './display.ts';
import type { Draft } from './draft.ts';
import { flatpakInfo, portalApplicationId } from './identity.ts';

/** Portals that show a person a dialog, or do what needs none. The one that starts programs is not among them. */
const PORTALS = ['Desktop', 'Documents', 'Fcitx', 'IBus'].map((name) => `org.freedesktop.portal.${name}`);

/** Names of the desktop itself: who owned one of them would be obeyed by others. */
const RESERVED_NAMES =
  /^(?:org\.freedesktop\.|org\.gtk\.|org\.a11y\.|org\.bluez|org\.gnome\.(?:Shell|Session|SettingsDaemon|Mutter|ScreenSaver|keyring)|org\.kde\.(?:k|plasma|Status)|com\.canonical\.|org\.pulseaudio|org\.pipewire)/;

const SYSTEM_SOCKET = '/run/dbus/system_bus_socket';

const REMEDY =
  'install xdg-dbus-proxy (the package of that name on Debian, Ubuntu, Fedora, Arch, openSUSE, Alpine; pkgs.xdg-dbus-proxy on NixOS)';

/** The message buses, each behind a filter of its own, and what the portals need to know. */
export function addBuses(draft: Draft, request: ConfinementRequest, instanceFolder: string): void {
  const { permissions, host, application, instance } = request;
  const { sockets, identity } = permissions;
  const applicationId = portalApplicationId(application);
  const usesPortals = identity !== 'none';
  if (identity === 'flatpak-like') draft.data('/.flatpak-info', flatpakInfo(applicationId, instance, permissions));

  const socket = `${runtimeFolder(host)}/bus`;
  if (sockets.includes('session-bus')) {
    addWholeBus(draft, host.sessionBus, { name: 'session-bus', socket });
  } else if (usesPortals || hasRules(permissions.sessionBus)) {
    const rules = [...ownNames(request, applicationId), ...filterRules(permissions.sessionBus)];
    if (usesPortals) rules.push(...portalRules());
    addProxy(
      draft,
      request,
      { bus: 'session', address: host.sessionBus, socket: `${instanceFolder}/session-bus`, rules },
      socket,
    );
  }
  if (draft.arguments.includes(socket)) {
    draft.environment['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${socket}`;
    if (usesPortals) draft.environment['GTK_USE_PORTAL'] = '1';
    // The bus of assistive technologies is one of its own, and unfiltered it is a way to every other application.
    draft.environment['NO_AT_BRIDGE'] = '1';
    addDocuments(draft, request, applicationId);
  }

  if (sockets.includes('system-bus')) {
    addWholeBus(draft, host.systemBus, { name: 'system-bus', socket: SYSTEM_SOCKET });
  } else if (hasRules(permissions.systemBus)) {
    const rules = filterRules(permissions.systemBus);
    addProxy(
      draft,
      request,
      { bus: 'system', address: host.systemBus, socket: `${instanceFolder}/system-bus`, rules },
      SYSTEM_SOCKET,
    );
  }
}

function addProxy(
  draft: Draft,
  { host }: ConfinementRequest,
  plan: { bus: 'session' | 'system'; address: string | undefined; socket: string; rules: readonly string[] },
  destination: string,
): void {
  const { address } = plan;
  if (address === undefined) {
    draft.missing.push(
      `${plan.bus} bus: there is none here, so that portals such as the file chooser are not there either`,
    );
    return;
  }
  if (host.busProxy === undefined) {
    draft.refused.push({
      what: `the filtered ${plan.bus} bus`,
      reason: 'there is no xdg-dbus-proxy, and the bus is not handed out without a filter',
      remedy: REMEDY,
      givesUp: `the ${plan.bus} bus: no file chooser and no notifications, and an application that does without portals may ask for more grants`,
    });
    return;
  }
  draft.proxies.push({ ...plan, address, rules: ['--filter', ...plan.rules] });
  draft.readOnly(plan.socket, destination);
}

function addWholeBus(
  draft: Draft,
  address: string | undefined,
  { name, socket }: { readonly name: string; readonly socket: string },
): void {
  const path = address === undefined ? undefined : unixPath(address);
  if (path === undefined) {
    draft.missing.push(`socket=${name}: there is none here that has a path`);
    return;
  }
  draft.readOnly(path, socket);
  draft.notes.push(
    `${name}: it is unfiltered, and whoever has it can have programs started outside of the confinement`,
  );
}

/** Files that a person chose appear below this folder, for this application only. */
function addDocuments(draft: Draft, { host, permissions }: ConfinementRequest, applicationId: string): void {
  if (host.documents === undefined || permissions.identity !== 'flatpak-like') return;
  draft.writable(`${host.documents}/by-app/${applicationId}`, host.documents);
}

function ownNames({ application, host }: ConfinementRequest, applicationId: string): string[] {
  const { desktopId } = application;
  const names = [applicationId, `org.mpris.MediaPlayer2.${applicationId}`];
  const isName = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){2,}$/.test(desktopId) && desktopId.length <= 200;
  if (isName && !RESERVED_NAMES.test(desktopId) && !host.hasServiceOfThatName) {
    names.push(desktopId, `org.mpris.MediaPlayer2.${desktopId}`);
  }
  const last = desktopId.slice(desktopId.lastIndexOf('.') + 1);
  if (/^[A-Za-z_][\w-]*$/.test(last)) names.push(`org.mpris.MediaPlayer2.${last}`);
  return names.map((name) => `--own=${name}.*`).concat(names.map((name) => `--own=${name}`));
}

function portalRules(): string[] {
  return PORTALS.flatMap((name) => [`--call=${name}=*`, `--broadcast=${name}=@/org/freedesktop/portal/*`]);
}

function filterRules({ talk, own, call }: BusRules): string[] {
  return [
    ...talk.map((name) => `--talk=${name}`),
    ...own.map((name) => `--own=${name}`),
    ...call.map((rule) => `--call=${rule}`),
  ];
}

function hasRules({ talk, own, call }: BusRules): boolean {
  return talk.length + own.length + call.length > 0;
}

/** The path of the first address that has one. */
export function unixPath(address: string): string | undefined {
  for (const one of address.split(';')) {
    const path = /^unix:(?:.*,)?path=([^,]+)/.exec(one)?.[1];
    if (path !== undefined) return decodeURIComponent(path);
  }
  return undefined;
}
