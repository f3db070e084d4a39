import {
  type ConfinementHost,
  type ConfinementPlan,
  type ConfinementRequest,
  levelPermissions,
  type Permissions,
  planConfinement,
  type Wish,
} from '../../../src/index.ts';
import { resolveWish } from '../../../src/permissions/index.ts';

/** A desktop as many have it. */
const host: ConfinementHost = {
  uid: 1000,
  gid: 1000,
  userName: 'me',
  home: '/home/me',
  realHome: '/home/me',
  runtimeDirectory: '/run/user/1000',
  socketsDirectory: '/run/user/1000/appimage',
  environment: {
    LANG: 'de_DE.UTF-8',
    LC_TIME: 'C',
    TERM: 'xterm',
    LD_PRELOAD: '/evil.so',
    BASH_ENV: '/evil.sh',
    PATH: '/evil:/bin',
    XDG_DATA_DIRS: '/evil',
    GTK_MODULES: 'evil',
    XDG_CURRENT_DESKTOP: 'GNOME',
    EDITOR: 'vi',
    SECRET: 'x',
  },
  root: {
    '/bin': { link: 'usr/bin' },
    '/lib': 'directory',
    '/lib64': { link: 'usr/lib64' },
    '/usr': 'directory',
    '/etc': 'directory',
    '/home': 'directory',
    '/opt': 'directory',
    '/mnt': 'directory',
    '/proc': 'directory',
    '/vmlinuz': 'other',
  },
  present: new Set([
    '/usr',
    '/etc/fonts',
    '/etc/ssl',
    '/etc/resolv.conf',
    '/etc/ld.so.cache',
    '/dev/input',
    '/sys/class',
    '/home/me/.local/share/fonts',
    '/home/me/.config/appimage',
    '/home/me/.local/share/appimage/homes',
    '/home/me/Apps/App.AppImage',
  ]),
  devices: { dri: ['/dev/dri', '/dev/nvidia0', '/dev/nvidiactl'], video: ['/dev/video0'] },
  places: {
    'xdg-download': place('xdg-download', '/home/me/Downloads'),
    '~/Apps': place('~/Apps', '/home/me/Apps'),
    '~/new/deep': { ...place('~/new/deep', '/home/me/new/deep'), kind: 'missing' },
    '~/gone': { ...place('~/gone', '/home/me/gone'), kind: 'missing' },
    '~/link': { ...place('~/link', '/home/me/link'), real: '/mnt/disk', links: ['/home/me/link'] },
    '~/Apps/link': { ...place('~/Apps/link', '/home/me/Apps/link'), real: '/etc', links: ['/home/me/Apps/link'] },
    '/srv/a.txt': { ...place('/srv/a.txt', '/srv/a.txt'), kind: 'file' },
  },
  waylandSocket: '/run/user/1000/wayland-1',
  xServer: { socket: '/tmp/.X11-unix/X0', number: 99, authority: new Uint8Array([1, 2]) },
  nestedServer: undefined,
  pulseSocket: '/run/user/1000/pulse/native',
  pulseCookie: undefined,
  pipewireSocket: '/run/user/1000/pipewire-0',
  sshAgentSocket: '/run/user/1000/keyring/ssh',
  gpgAgentSocket: undefined,
  cupsSocket: '/run/cups/cups.sock',
  pcscSocket: undefined,
  sessionBus: 'unix:path=/run/user/1000/bus',
  systemBus: 'unix:path=/run/dbus/system_bus_socket',
  busProxy: '/usr/bin/xdg-dbus-proxy',
  documents: '/run/user/1000/doc',
  machineId: '0123456789abcdef0123456789abcdef',
  hasServiceOfThatName: false,
  dataFolder: '/home/me/.local/share/appimage',
  configFolder: '/home/me/.config',
  cacheFolder: '/home/me/.cache',
};

function place(name: string, path: string) {
  return { place: name, path, real: path, kind: 'directory', links: [] } as const;
}

/** A start of an application on that desktop. */
export function request(
  permissions: Permissions = levelPermissions('default'),
  more: Partial<ConfinementRequest> = {},
): ConfinementRequest {
  return {
    permissions,
    application: {
      path: '/home/me/Apps/App.AppImage',
      name: 'App',
      desktopId: 'org.example.App',
      identity: 'org.example.App-0123456789abcdef',
      isChromium: false,
    },
    host,
    cwd: '/home/me/work',
    instance: '42',
    ...more,
  };
}

/** The plan of a wish, on a host that is like {@link host} but for some changes. */
export function plan(wish: Wish = { level: 'default' }, change: Partial<ConfinementHost> = {}): ConfinementPlan {
  return planConfinement(request(resolveWish(wish), { host: { ...host, ...change } }));
}

/** The arguments as lines, an option each. */
export function lines({ confinement }: ConfinementPlan): string[] {
  const words = confinement.arguments.map((word) => (typeof word === 'string' ? word : `<${word.file}>`));
  return words
    .join('\n')
    .replaceAll(/\n(?!--)/g, ' ')
    .split('\n');
}

/** The variables that the application is given. */
export function variables({ confinement }: ConfinementPlan): Record<string, string> {
  const words = confinement.arguments;
  const found: Record<string, string> = {};
  words.forEach((word, index) => {
    if (word === '--setenv') found[String(words[index + 1])] = String(words[index + 2]);
  });
  return found;
}
