/** What a granted place is on this host. */
export interface PlaceFact {
  /** As it was granted: `xdg-download`. */
  readonly place: string;
  /** As applications spell it, absolute. */
  readonly path: string;
  /** Without links; undefined where there is nothing. */
  readonly real: string | undefined;
  readonly kind: 'directory' | 'file' | 'other' | 'missing';
  /** Links on the way, each by its own path. */
  readonly links: readonly string[];
}

/** The user's X server, where there is one. */
export interface XServerFact {
  readonly socket: string;
  /**
   * Number by which the inside knows the server: one that no abstract socket of this machine has. A client tries that socket first, and
   * takes it for final when it is kept from it.
   */
  readonly number: number;
  /** The entries of the user's authority file that are for this server, under that number. */
  readonly authority: Uint8Array | undefined;
}

/** A program that shows an X server in a window. */
export interface NestedServerFact {
  /** Absolute path. */
  readonly program: string;
  /** `Xephyr` shows it by X11, `Xwayland` by Wayland. */
  readonly kind: 'Xephyr' | 'Xwayland';
  /** Of the server; no other one of this machine has it. */
  readonly number: number;
}

/** All that a plan has to know about the machine and the user's session. */
export interface ConfinementHost {
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly home: string;
  /** The same without links. */
  readonly realHome: string;
  readonly runtimeDirectory: string | undefined;
  /** For the sockets of each start: in the runtime folder, or where there is none in a private folder for temporary files. */
  readonly socketsDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** What is at the top of the file system: `directory`, or where a link leads. */
  readonly root: Readonly<Record<string, { readonly link: string } | 'directory' | 'other'>>;
  /** Those of the paths in question that are there. */
  readonly present: ReadonlySet<string>;
  /** Device nodes by their group. */
  readonly devices: Readonly<Record<'dri' | 'video', readonly string[]>>;
  readonly places: Readonly<Record<string, PlaceFact>>;
  readonly waylandSocket: string | undefined;
  readonly xServer: XServerFact | undefined;
  readonly nestedServer: NestedServerFact | undefined;
  readonly pulseSocket: string | undefined;
  readonly pulseCookie: string | undefined;
  readonly pipewireSocket: string | undefined;
  readonly sshAgentSocket: string | undefined;
  readonly gpgAgentSocket: string | undefined;
  readonly cupsSocket: string | undefined;
  readonly pcscSocket: string | undefined;
  /** Addresses of the message buses. */
  readonly sessionBus: string | undefined;
  readonly systemBus: string | undefined;
  /** Where xdg-dbus-proxy is. */
  readonly busProxy: string | undefined;
  /** Where the document portal has its files. */
  readonly documents: string | undefined;
  readonly machineId: string | undefined;
  /** Whether a service of this host has the application's name on the session bus, or one below it. */
  readonly hasServiceOfThatName: boolean;
  /** Folder of the private homes, and of the stored permissions. */
  readonly dataFolder: string;
  readonly configFolder: string;
  /** In which images are unpacked, for starts without confinement as well. */
  readonly cacheFolder: string;
}
