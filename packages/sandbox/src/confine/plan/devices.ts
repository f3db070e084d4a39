import type { ConfinementRequest } from './confinement-request.ts';
import type { Draft } from './draft.ts';

/** What programs look up about devices. */
const SYSTEM_FOLDERS = ['/sys/block', '/sys/bus', '/sys/class', '/sys/dev', '/sys/devices'];

const FIXED: Readonly<Record<'input' | 'kvm' | 'usb', readonly string[]>> = {
  input: ['/dev/input'],
  kvm: ['/dev/kvm'],
  usb: ['/dev/bus/usb'],
};

/** All the paths that a plan asks about. */
export const DEVICE_CANDIDATES: readonly string[] = [...SYSTEM_FOLDERS, ...Object.values(FIXED).flat(), '/run/udev'];

/** Nodes of a graphics card, whoever made it: the names that do not end in numbers. */
const GRAPHICS = [
  'dri',
  'dxg',
  'kfd',
  'mali',
  'mali0',
  'nvgpu',
  'nvhost-ctrl',
  'nvhost-ctrl-gpu',
  'nvhost-gpu',
  'nvidia-caps',
  'nvidia-modeset',
  'nvidia-uvm',
  'nvidia-uvm-tools',
  'nvidiactl',
  'nvmap',
  'pvr_sync',
  'udmabuf',
  'umplock',
];

/** Whether a node of /dev belongs to a graphics card: Mesa's, NVIDIA's, AMD's compute node, ARM's Mali, Tegra, WSL's. */
export function isGraphicsNode(name: string): boolean {
  return GRAPHICS.includes(name) || /^nvidia\d+$/.test(name);
}

/** Whether a node of /dev is a camera, or the graph that one is a part of. */
export function isVideoNode(name: string): boolean {
  return /^(?:video|media)\d+$/.test(name);
}

/** The granted device nodes, and what /sys says about devices. */
export function addDevices(draft: Draft, { permissions, host }: ConfinementRequest): void {
  const { devices } = permissions;
  if (devices.length === 0) return;
  if (devices.includes('all')) {
    draft.add('--dev-bind', '/dev', '/dev');
    if (!permissions.features.includes('ipc')) draft.add('--perms', '1777', '--tmpfs', '/dev/shm');
  } else for (const path of nodesOf(draft, { permissions, host })) draft.add('--dev-bind', path, path);
  for (const path of SYSTEM_FOLDERS) if (host.present.has(path)) draft.readOnly(path);
  const readsUdev = devices.some((name) => name === 'all' || name === 'input' || name === 'usb');
  if (readsUdev && host.present.has('/run/udev')) draft.readOnly('/run/udev');
}

function nodesOf(draft: Draft, { permissions, host }: Pick<ConfinementRequest, 'permissions' | 'host'>): string[] {
  return permissions.devices.flatMap((name) => {
    if (name === 'all') return [];
    const nodes =
      name === 'dri' || name === 'video' ? host.devices[name] : FIXED[name].filter((path) => host.present.has(path));
    if (nodes.length === 0) draft.missing.push(`device=${name}: there is none here`);
    return nodes;
  });
}
