import type { ConfinementHost } from './confinement-host.ts';
import type { ConfinementRequest } from './confinement-request.ts';
import type { Draft } from './draft.ts';

/** Windows: Wayland's socket, X11's where it is granted, or falls back to. */
export function addDisplay(draft: Draft, { permissions, host }: ConfinementRequest): void {
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

  const wantsX = sockets.includes('x11') || (sockets.includes('fallback-x11') && !hasWayland);
  if (!wantsX) return;
  if (host.xServer === undefined) {
    draft.missing.push('socket=x11: there is no X server on this machine');
    return;
  }
  const { display, socket, authority } = host.xServer;
  draft.add('--dir', '/tmp/.X11-unix');
  draft.readOnly(socket, `/tmp/.X11-unix/X${display.slice(1)}`);
  draft.environment['DISPLAY'] = display;
  if (authority !== undefined) {
    draft.data(`${runtime}/Xauthority`, authority);
    draft.environment['XAUTHORITY'] = `${runtime}/Xauthority`;
  }
  draft.notes.push(
    'X11: every client of an X server can read the input of all others, type into them and see their windows; a confined application can do that to those outside',
  );
}

/**
 * The private runtime folder, as the inside sees it: by the same path as on the host, because portals name the files that a person has
 * chosen by the host's.
 */
export function runtimeFolder({ uid, runtimeDirectory }: Pick<ConfinementHost, 'uid' | 'runtimeDirectory'>): string {
  return runtimeDirectory ?? `/run/user/${uid}`;
}
