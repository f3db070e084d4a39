import type { ConfinementRequest } from './confinement-request.ts';
import { runtimeFolder } from './display.ts';
import type { Draft } from './draft.ts';

/** Sound, printers, agents, cards: one socket each, at a fixed place inside. */
export function addSockets(draft: Draft, { permissions, host }: ConfinementRequest): void {
  const runtime = runtimeFolder(host);
  const { environment } = draft;
  const bind = (name: string, source: string | undefined, destination: string): boolean => {
    if (!permissions.sockets.some((socket) => socket === name)) return false;
    if (source === undefined) {
      draft.missing.push(`socket=${name}: there is none here`);
      return false;
    }
    draft.readOnly(source, destination);
    return true;
  };

  if (bind('pulseaudio', host.pulseSocket, `${runtime}/pulse/native`)) {
    environment['PULSE_SERVER'] = `unix:${runtime}/pulse/native`;
    // Its shared memory would need the host's.
    draft.data(`${runtime}/pulse-client.conf`, 'enable-shm = no\nautospawn = no\n');
    environment['PULSE_CLIENTCONFIG'] = `${runtime}/pulse-client.conf`;
    if (host.pulseCookie !== undefined) {
      draft.readOnly(host.pulseCookie, `${runtime}/pulse-cookie`);
      environment['PULSE_COOKIE'] = `${runtime}/pulse-cookie`;
    }
  }
  bind('pipewire', host.pipewireSocket, `${runtime}/pipewire-0`);
  if (bind('cups', host.cupsSocket, '/run/cups/cups.sock')) environment['CUPS_SERVER'] = '/run/cups/cups.sock';
  if (bind('ssh-agent', host.sshAgentSocket, `${runtime}/ssh-agent`)) {
    environment['SSH_AUTH_SOCK'] = `${runtime}/ssh-agent`;
  }
  bind('gpg-agent', host.gpgAgentSocket, `${runtime}/gnupg/S.gpg-agent`);
  if (bind('pcsc', host.pcscSocket, '/run/pcscd/pcscd.comm')) {
    environment['PCSCLITE_CSOCK_NAME'] = '/run/pcscd/pcscd.comm';
  }
}
