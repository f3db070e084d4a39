import type { ConfinementHost } from '../host/confinement-host.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import type { Draft } from './draft.ts';

/** Windows: Wayland's socket, X11's where it is granted, or falls back to. */
export function addDisplay(draft: Draft, request: ConfinementRequest, instanceFolder: string): void {
  const { permissions, host } = request;
  const { sockets } = permissions;
  const runtime = runtimeFolder(host);
  const hasWayland = sockets.includes('wayland') && host.waylandSocket !== undefined;
  if (hasWayland && host.waylandSocket !== undefined) {
    draft.readOnly(host.waylandSocket, `${runtime}/wayland-0`);
    draft.environment['WAYLAND_DISPLAY'] = 'wayland-0';
    draft.notes.push(
      'Wayland: the compositor is not told that the application is confined, so that its privileged protocols are not kept from it',
    );
  } else if (sockets.includes('wayland')) draft.missing.push('socket=wayland: there is no Wayland compositor');

  if (sockets.includes('nested-x11')) {
    addNestedServer(draft, request, instanceFolder);
    return;
  }
  const wantsX = sockets.includes('x11') || (sockets.includes('fallback-x11') && !hasWayland);
  if (!wantsX) return;
  if (host.xServer === undefined) {
    draft.missing.push('socket=x11: there is no X server on this machine');
    return;
  }
  const { number, socket, authority } = host.xServer;
  draft.add('--dir', '/tmp/.X11-unix');
  draft.readOnly(socket, `/tmp/.X11-unix/X${number}`);
  draft.environment['DISPLAY'] = `:${number}`;
  if (authority !== undefined) {
    draft.data(`${runtime}/Xauthority`, authority);
    draft.environment['XAUTHORITY'] = `${runtime}/Xauthority`;
  }
  draft.notes.push(
    'X11: every client of an X server can read the input of all others, type into them and see their windows; a confined application can do that to those outside',
  );
}

const NESTED_SIZE = '1280x800';

const REMEDY =
  'install Xephyr (xserver-xephyr on Debian and Ubuntu, xorg-x11-server-Xephyr on Fedora, xorg-server-xephyr on Arch) or, under Wayland, Xwayland';

/** An X server of its own, in a window, with a cookie that is made at the start. */
function addNestedServer(draft: Draft, { host, application }: ConfinementRequest, instanceFolder: string): void {
  const { nestedServer: server } = host;
  if (server === undefined) {
    const reason = 'there is nothing here that shows an X server in a window';
    draft.refused.push({ what: 'socket=nested-x11', reason, remedy: REMEDY });
    return;
  }
  const { program, kind, number } = server;
  const authority = `${instanceFolder}/Xauthority`;
  const window =
    kind === 'Xephyr'
      ? ['-screen', NESTED_SIZE, '-resizeable', '-no-host-grab', '-title', application.name]
      : ['-geometry', NESTED_SIZE];
  const args = [`:${number}`, '-auth', authority, '-nolisten', 'tcp', '-nolisten', 'local', ...window];
  draft.nestedServer = { program, args, authority, number };
  const inside = `${runtimeFolder(host)}/Xauthority`;
  draft.add('--dir', '/tmp/.X11-unix');
  draft.readOnly(`/tmp/.X11-unix/X${number}`);
  draft.readOnly(authority, inside);
  draft.environment['DISPLAY'] = `:${number}`;
  draft.environment['XAUTHORITY'] = inside;
  draft.notes.push(
    'nested X11: the server itself runs outside of the confinement, and reads what the application sends',
  );
}

/**
 * The private runtime folder, as the inside sees it: by the same path as on the host, because portals name the files that a person has
 * chosen by the host's.
 */
export function runtimeFolder({ uid, runtimeDirectory }: Pick<ConfinementHost, 'uid' | 'runtimeDirectory'>): string {
  return runtimeDirectory ?? `/run/user/${uid}`;
}
