import type { Confinement } from '../../mechanism/confinement.ts';
import type { ConfinementHost } from '../host/confinement-host.ts';
import { unixPath } from '../plan/buses.ts';
import type { BusProxyPlan, ConfinementPlan } from '../plan/confinement-plan.ts';
import { Draft } from '../plan/draft.ts';

/** Descriptor by which the proxy says that it is ready, and learns that it is not needed any more. */
export const READY_DESCRIPTOR = 3;

/**
 * Plans the confinement of the proxies themselves: they read what the application sends. They have the mark of the application in their
 * root, because to the portals they are the application.
 */
export function planProxies(plan: ConfinementPlan, host: ConfinementHost): Confinement | undefined {
  const [first] = plan.proxies;
  if (first === undefined || host.busProxy === undefined) return undefined;
  const draft = new Draft();
  draft.add('--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try');
  const isAbstract = plan.proxies.some(({ address }) => unixPath(address) === undefined);
  if (!isAbstract) draft.add('--unshare-net');
  draft.add('--disable-userns', '--cap-drop', 'ALL');
  for (const path of ['/usr', '/nix/store', '/gnu/store', '/etc/ld.so.cache']) {
    if (host.present.has(path)) draft.readOnly(path);
  }
  for (const [path, entry] of Object.entries(host.root)) {
    if (!/^\/(?:bin|lib\w*)$/.test(path)) continue;
    if (entry === 'directory') draft.readOnly(path);
    else if (typeof entry === 'object') draft.add('--symlink', entry.link, path);
  }
  if (!host.busProxy.startsWith('/usr/')) draft.readOnly(host.busProxy);
  draft.add('--proc', '/proc', '--dev', '/dev');
  for (const { address } of plan.proxies) {
    const socket = unixPath(address);
    if (socket !== undefined) draft.readOnly(socket);
  }
  draft.writable(plan.instanceFolder);
  const info = plan.confinement.files['/.flatpak-info'];
  if (info !== undefined) draft.data('/.flatpak-info', info);
  draft.add('--clearenv', '--chdir', '/');
  return {
    arguments: draft.arguments,
    files: draft.files,
    command: [host.busProxy, `--fd=${READY_DESCRIPTOR}`, ...plan.proxies.flatMap(proxyArguments)],
    seccomp: {},
    landlock: false,
  };
}

function proxyArguments({ address, socket, rules }: BusProxyPlan): string[] {
  return [address, socket, ...rules];
}
