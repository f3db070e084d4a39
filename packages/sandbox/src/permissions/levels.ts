import { NO_BUS, NOTHING, type Permissions } from './permissions.ts';

/** Short names of whole sets, from the narrowest to the widest. */
export const LEVELS = ['strict', 'default', 'open'] as const;
/** One of {@link LEVELS}. */
export type LevelName = (typeof LEVELS)[number];

const STRICT: Permissions = { ...NOTHING, sockets: ['wayland'], home: 'private' };

const DEFAULT: Permissions = {
  ...STRICT,
  sockets: ['wayland', 'fallback-x11', 'pulseaudio'],
  devices: ['dri'],
  network: 'on',
  sessionBus: { ...NO_BUS, talk: ['org.freedesktop.Notifications', 'org.kde.StatusNotifierWatcher'] },
  features: ['multiarch'],
};

const OPEN: Permissions = {
  ...DEFAULT,
  filesystem: { home: 'write', '/media': 'write', '/mnt': 'write', '/run/media': 'write', '/opt': 'read' },
  sockets: ['wayland', 'x11', 'pulseaudio', 'pipewire', 'cups'],
  devices: ['dri', 'input', 'video'],
  sessionBus: {
    ...NO_BUS,
    talk: [
      'com.canonical.AppMenu.Registrar',
      'org.a11y.Bus',
      'org.freedesktop.FileManager1',
      'org.freedesktop.Notifications',
      'org.freedesktop.ScreenSaver',
      'org.freedesktop.secrets',
      'org.gtk.vfs.*',
      'org.kde.StatusNotifierWatcher',
    ],
  },
  features: ['devel', 'ipc', 'multiarch', 'nested-namespaces'],
};

const PERMISSIONS: Readonly<Record<LevelName, Permissions>> = { strict: STRICT, default: DEFAULT, open: OPEN };

/** Whether a text is the name of a level. */
export function isLevelName(text: string): text is LevelName {
  return (LEVELS as readonly string[]).includes(text);
}

/** What a level grants. */
export function levelPermissions(level: LevelName): Permissions {
  return PERMISSIONS[level];
}

/**
 * The level that one of aisap's numbers stands for: 3 is its narrowest, 0 its wish not to be confined, which no image can have here.
 *
 * @returns undefined for what is no such number
 */
export function aisapLevel(text: string): LevelName | undefined {
  return ({ '0': 'open', '1': 'open', '2': 'default', '3': 'strict' } as const)[text.trim() as '0'];
}
