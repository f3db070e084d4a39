/** How a place of the file system is granted: to read, to write in, or to write in and be made when it is not there. */
export type FileAccess = 'read' | 'write' | 'create';

/** Sockets of the user's session and of the machine, each of which is a way out of the confinement by itself. */
export const SOCKETS = [
  'x11',
  'fallback-x11',
  'nested-x11',
  'wayland',
  'pulseaudio',
  'pipewire',
  'session-bus',
  'system-bus',
  'cups',
  'ssh-agent',
  'gpg-agent',
  'pcsc',
] as const;
/** One of {@link SOCKETS}. */
export type SocketName = (typeof SOCKETS)[number];

/** Groups of device nodes; `all` is the whole of /dev. */
export const DEVICES = ['dri', 'input', 'kvm', 'video', 'usb', 'all'] as const;
/** One of {@link DEVICES}. */
export type DeviceName = (typeof DEVICES)[number];

/** What else a confined application may do. */
export const FEATURES = ['devel', 'multiarch', 'nested-namespaces', 'ipc'] as const;
/** One of {@link FEATURES}. */
export type FeatureName = (typeof FEATURES)[number];

/** `loopback` is a network of its own, with nobody else on it; `off` has no internet sockets at all. */
export const NETWORKS = ['off', 'loopback', 'on'] as const;
/** One of {@link NETWORKS}. */
export type NetworkAccess = (typeof NETWORKS)[number];

/** Where the application's home folder is. */
export const HOMES = ['private', 'portable', 'temporary'] as const;
/** One of {@link HOMES}. */
export type HomeKind = (typeof HOMES)[number];

/** As what the portals know the application. */
export const IDENTITIES = ['flatpak-like', 'host-scope', 'none'] as const;
/** One of {@link IDENTITIES}. */
export type IdentityKind = (typeof IDENTITIES)[number];

/** What passes the filter of a message bus. Names may end in `.*`. */
export interface BusRules {
  /** Names that may be talked to. */
  readonly talk: readonly string[];
  /** Names that may be owned, which includes talking to them. */
  readonly own: readonly string[];
  /** Single calls, `name=interface.method@/path` as xdg-dbus-proxy reads them. */
  readonly call: readonly string[];
}

/** Variables of the environment. */
export interface EnvironmentRules {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  /** Taken from the environment of the start. */
  readonly pass: readonly string[];
}

/** All that a confined application may do; what is not in here is not granted. */
export interface Permissions {
  /**
   * By place: `home`, `host`, `host-etc`, a folder of the user such as `xdg-download` or `xdg-config/name`, a path below the home folder
   * (`~/name`), or an absolute path.
   */
  readonly filesystem: Readonly<Record<string, FileAccess>>;
  readonly home: HomeKind;
  readonly sockets: readonly SocketName[];
  readonly devices: readonly DeviceName[];
  readonly network: NetworkAccess;
  readonly sessionBus: BusRules;
  readonly systemBus: BusRules;
  readonly environment: EnvironmentRules;
  readonly identity: IdentityKind;
  /**
   * `devel`: debuggers, `ptrace`; `multiarch`: programs of the 32-bit sister architecture; `nested-namespaces`: sandboxes of its own,
   * as Chromium makes them; `ipc`: System V and POSIX shared memory of the host.
   */
  readonly features: readonly FeatureName[];
}

/** No rule: nothing passes. */
export const NO_BUS: BusRules = { talk: [], own: [], call: [] };

/** Nothing granted but a home folder of its own. */
export const NOTHING: Permissions = {
  filesystem: {},
  home: 'private',
  sockets: [],
  devices: [],
  network: 'off',
  sessionBus: NO_BUS,
  systemBus: NO_BUS,
  environment: { set: {}, unset: [], pass: [] },
  identity: 'flatpak-like',
  features: [],
};
