import type { ImageType, Modes } from '../build-options.ts';
import type { LeftOut } from '../exclude/leave-out.ts';
import type { PayloadFormat } from '../pack/payload-format.ts';
import type { SortOrder } from '../sort/content-order.ts';
import type { MountWay } from './mount-way.ts';

/** What a build is going to do: a value that can be printed, compared and kept. The same input gives the same plan. */
export interface BuildPlan {
  readonly type: ImageType;
  /** Untranslated name of the application. */
  readonly name: string;
  readonly version: string | null;
  /** What the image is named after: its architecture, or several with hyphens between. */
  readonly architecture: string;
  readonly architectures: readonly string[];
  /** Absolute path of the AppDir. */
  readonly appDir: string;
  /** Absolute path of the image. */
  readonly output: string;
  /** Name of the desktop entry in the root. */
  readonly desktopEntry: string;
  /** The icon's file, from the root. */
  readonly icon: string;
  /** The AppStream metadata, from the root; null where there are none. */
  readonly metainfo: string | null;
  /** Entries that the image has instead of, or besides, those of the AppDir. */
  readonly additions: readonly PlannedAddition[];
  /** Paths of files that get their executable bits although the AppDir does not have them. */
  readonly madeExecutable: readonly string[];
  /** `normal`: 0755 for directories and executable files, 0644 for others. `keep`: as in the AppDir. */
  readonly modes: Modes;
  readonly contents: PlannedContents;
  /** Programs in which paths below `/usr` become relative. */
  readonly patched: readonly PlannedPatch[];
  /** What the AppDir has and the image does not. */
  readonly leftOut: LeftOut;
  readonly payload: PlannedPayload;
  readonly runtime: PlannedRuntime;
  /** Null for images of other types than 1. */
  readonly firstStage: PlannedFirstStage | null;
  readonly updateInformation: string | null;
  /** By which service's environment it was guessed; null where it was given, or there is none. */
  readonly updateInformationFrom: string | null;
  /** What the runtime tries first to make the contents readable; null leaves that to the host. */
  readonly mount: MountWay | null;
  /** Whether the image will be signed. */
  readonly signed: boolean;
  /** What a user should know and perhaps change; none of it stops the build. */
  readonly warnings: readonly BuildWarning[];
}

/** A file with other contents of the same length. */
export interface PlannedPatch {
  readonly path: string;
  /** How many paths are changed in it. */
  readonly places: number;
}

/** What the AppDir has, counted. */
export interface PlannedContents {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Of all files, hard links counted once. */
  readonly bytes: number;
}

/** A file or symlink that is not in the AppDir, or not so. */
export type PlannedAddition = PlannedFile | PlannedPicture | PlannedSymlink;

/** A file made by the builder, or one of the AppDir with other contents. */
export interface PlannedFile {
  readonly type: 'file';
  readonly path: string;
  readonly mode: number;
  /** As `decodeFileName` makes names: bytes that are not UTF-8 survive. */
  readonly text: string;
  readonly reason: string;
}

/** A PNG made of an icon. */
export interface PlannedPicture {
  readonly type: 'picture';
  readonly path: string;
  readonly mode: number;
  /** The icon, from the AppDir. */
  readonly from: string;
  /** Bytes of the PNG. */
  readonly size: number;
  readonly sha256: string;
  readonly reason: string;
}

/** A symlink made by the builder. */
export interface PlannedSymlink {
  readonly type: 'symlink';
  readonly path: string;
  readonly target: string;
  readonly reason: string;
}

/** The file system in the image, and how everything in it is written. */
export interface PlannedPayload extends PayloadFormat {
  /** Offset in the image: the size of the runtime; 0 in type 1, where the runtime is in and behind the file system. */
  readonly offset: number;
  /** In which order contents are stored. */
  readonly sort: SortOrder;
  readonly uid: number;
  readonly gid: number;
  readonly times: PlannedTimes;
}

/** `fixed`: every time is `time`. `clamped`: times after `time` are `time`. Seconds since 1970. */
export interface PlannedTimes {
  readonly kind: 'fixed' | 'clamped';
  readonly time: number;
}

/** The program before the payload. */
export interface PlannedRuntime {
  /** Null for the one that comes with this toolkit. */
  readonly file: string | null;
  readonly size: number;
  readonly sha256: string;
}

/** The program at the start of an image of type 1. */
export interface PlannedFirstStage {
  readonly size: number;
  readonly sha256: string;
  /** Whether it has the application's icon, for file managers that know elficon. */
  readonly hasIcon: boolean;
}

/** Told apart by `code`. */
export interface BuildWarning {
  readonly code:
    | 'app-run-for-one-architecture'
    | 'app-run-not-executable'
    | 'app-run-stays-in-folder'
    | 'architecture-differs'
    | 'broken-dir-icon'
    | 'desktop-entry-problem'
    | 'hooks-not-read'
    | 'icon-not-rendered'
    | 'icon-text-not-drawn'
    | 'interpreter-not-everywhere'
    | 'link-to-build-machine'
    | 'metainfo-elsewhere'
    | 'no-icon-for-thumbnails'
    | 'no-update-information'
    | 'set-id-bits-dropped'
    | 'unknown-update-transport'
    | 'update-information-problem';
  readonly path: string | null;
  readonly message: string;
}
