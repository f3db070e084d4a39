/** What wrote a menu entry: a tool, or for the last two a script that hands the image to `appimage-run`. */
export type ForeignTool =
  | 'libappimage'
  | 'AppImageLauncher'
  | 'go-appimaged'
  | 'desktopintegration'
  | 'Gear Lever'
  | 'AM'
  | 'AppImagePool'
  | 'appimage-sync'
  | 'appimage-run';

/** A menu entry of another integrator. */
export interface ForeignEntry {
  readonly tool: ForeignTool;
  /** Absolute path of the menu entry. */
  readonly path: string;
  /** What lists of defaults and favorites call it: its path below `applications`, with `-` for `/`. */
  readonly desktopId: string;
  readonly name: string | null;
  /** The image that it starts; null where none can be told. */
  readonly image: string | null;
  /** `away`: the image's medium is not there, or nobody can tell; `gone`: its folder is there and it is not. */
  readonly state: 'live' | 'gone' | 'away';
  /** False for entries that all users see, found while one user's are looked for. */
  readonly isChangeable: boolean;
  /** Icons, packages of file types and thumbnails that were written for it alone, as absolute paths. */
  readonly files: readonly string[];
}

/** What other integrators have left on a desktop. */
export interface ForeignFindings {
  /** By path. */
  readonly entries: readonly ForeignEntry[];
  /** Icons and packages of file types of theirs that no menu entry is there for, as absolute paths. */
  readonly leftovers: readonly string[];
}
