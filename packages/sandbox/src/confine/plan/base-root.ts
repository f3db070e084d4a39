import type { Permissions } from '../../permissions/permissions.ts';
import type { ConfinementHost } from '../host/confinement-host.ts';
import type { Draft } from './draft.ts';

/** Where programs and libraries are; at the top, a link or a folder of their own, by distribution. */
const PROGRAM_FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Programs, drivers and settings of NixOS and Guix. */
const STORES = ['/nix/store', '/gnu/store', '/run/current-system', '/run/opengl-driver', '/run/opengl-driver-32'];

/** Settings of the system that programs need to start, and that say nothing about the user. */
const SETTINGS = [
  'OpenCL',
  'X11',
  'alsa',
  'alternatives',
  'asound.conf',
  'ca-certificates',
  'ca-certificates.conf',
  'crypto-policies',
  'debian_version',
  'default/locale',
  'drirc',
  'egl',
  'fonts',
  'glvnd',
  'gtk-2.0',
  'gtk-3.0',
  'gtk-4.0',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'locale.conf',
  'localtime',
  'lsb-release',
  'mime.types',
  'nvidia',
  'os-release',
  'pipewire',
  'pki',
  'pulse',
  'ssl',
  'static',
  'timezone',
  'vulkan',
  'xdg',
  'zoneinfo',
].map((name) => `/etc/${name}`);

const NETWORK_SETTINGS = [
  'gai.conf',
  'host.conf',
  'hosts',
  'nsswitch.conf',
  'protocols',
  'resolv.conf',
  'services',
].map((name) => `/etc/${name}`);

const CACHES = ['/var/cache/fontconfig', '/usr/share/mime'];

/** Of the user's own data, what makes applications look as the others do; below the home folder. */
const LOOKS = ['.local/share/fonts', '.local/share/icons', '.local/share/themes', '.fonts', '.icons', '.themes'];

/** All the paths that a plan asks about. */
export function baseCandidates(home: string): string[] {
  return ['/usr', ...STORES, ...SETTINGS, ...NETWORK_SETTINGS, ...CACHES, ...LOOKS.map((name) => `${home}/${name}`)];
}

/** The namespaces, and what every application sees: programs, libraries, settings, nothing of the user's but fonts and themes. */
export function addBaseRoot(draft: Draft, permissions: Permissions, host: ConfinementHost): void {
  addNamespaces(draft, permissions);
  const present = (paths: readonly string[]) => paths.filter((path) => host.present.has(path));
  for (const path of present(['/usr'])) draft.readOnly(path);
  for (const path of PROGRAM_FOLDERS) {
    const entry = host.root[path];
    if (entry === 'directory') draft.readOnly(path);
    else if (typeof entry === 'object') draft.add('--symlink', entry.link, path);
  }
  for (const path of present(STORES)) draft.readOnly(path);
  draft.add('--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--tmpfs', '/tmp', '--dir', '/run', '--dir', '/var');
  draft.add('--perms', '1777', '--tmpfs', '/var/tmp', '--dir', '/run/user', '--dir', '/run/appimage', '--dir', '/sys');
  draft.add('--symlink', '/run', '/var/run', '--dir', '/app');
  addSettings(draft, permissions, host);
  for (const path of present(CACHES.filter((name) => name.startsWith('/var')))) draft.readOnly(path);
  addLooks(draft, host);
}

function addNamespaces(draft: Draft, { network, features }: Permissions): void {
  draft.add('--unshare-user', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try');
  if (!features.includes('ipc')) draft.add('--unshare-ipc');
  if (network !== 'on') draft.add('--unshare-net');
  if (!features.includes('nested-namespaces')) draft.add('--disable-userns');
  draft.add('--cap-drop', 'ALL');
}

function addSettings(draft: Draft, permissions: Permissions, host: ConfinementHost): void {
  const { uid, gid, userName, home } = host;
  if (permissions.filesystem['host-etc'] !== undefined) {
    draft.readOnly('/etc');
    return;
  }
  draft.add('--dir', '/etc');
  const settings = permissions.network === 'on' ? [...SETTINGS, ...NETWORK_SETTINGS] : SETTINGS;
  for (const path of settings.filter((name) => host.present.has(name))) draft.readOnly(path);
  if (permissions.network !== 'on') draft.data('/etc/hosts', '127.0.0.1 localhost\n::1 localhost\n');
  draft.data(
    '/etc/passwd',
    `${userName}:x:${uid}:${gid}:${userName}:${home}:/bin/sh\n${uid === 0 ? '' : 'root:x:0:0:root:/root:/bin/sh\n'}nobody:x:65534:65534:nobody:/:/bin/false\n`,
  );
  draft.data('/etc/group', `${userName}:x:${gid}:\nnogroup:x:65534:\n`);
  if (host.machineId !== undefined) {
    draft.data('/etc/machine-id', `${host.machineId}\n`);
    draft.add('--dir', '/var/lib/dbus', '--symlink', '/etc/machine-id', '/var/lib/dbus/machine-id');
  }
}

/**
 * The user's fonts, icons and themes; not at their own place, which would be in the application's home, but where the variables of
 * the environment name them.
 */
function addLooks(draft: Draft, { home, present }: ConfinementHost): void {
  const fonts: string[] = [];
  for (const name of LOOKS) {
    const source = `${home}/${name}`;
    if (!present.has(source)) continue;
    const kind = name.slice(name.lastIndexOf('/') + 1).replace(/^\./, '');
    const destination = name.startsWith('.local') ? `/run/host/share/${kind}` : `/run/host/old-share/${kind}`;
    draft.readOnly(source, destination);
    if (kind === 'fonts') fonts.push(destination);
  }
  draft.environment['XDG_DATA_DIRS'] = '/usr/local/share:/usr/share:/run/host/share:/run/host/old-share';
  if (fonts.length === 0 || !present.has('/etc/fonts')) return;
  const folders = fonts.map((folder) => `<dir>${folder}</dir>`).join('');
  const include = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>';
  draft.data('/run/host/fonts.conf', `<?xml version="1.0"?>\n<fontconfig>${include}${folders}</fontconfig>\n`);
  draft.environment['FONTCONFIG_FILE'] = '/run/host/fonts.conf';
}
