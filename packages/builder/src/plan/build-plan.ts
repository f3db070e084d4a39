import type { WritableCompression } from '@appimage-js/format/node';
import type { ImageType } from '../build-options.ts';
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
  /** Entries that the image has instead of, or besides, those of the AppDir. */
  readonly additions: readonly PlannedAddition[];
  /** Paths of files that get their executable bits although the AppDir does not have them. */
  readonly madeExecutable: readonly string[];
  readonly contents: PlannedContents;
  readonly payload: PlannedPayload;
  readonly runtime: PlannedRuntime;
  readonly updateInformation: string | null;
  /** What the runtime tries first to make the contents readable; null leaves that to the host. */
  readonly mount: MountWay | null;
  /** Whether the image will be signed. */
  readonly signed: boolean;
  /** What a user should know and perhaps change; none of it stops the build. */
  readonly warnings: readonly BuildWarning[];
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
export type PlannedAddition = PlannedFile | PlannedSymlink;

/** A file made by the builder, or one of the AppDir with other contents. */
export interface PlannedFile {
  readonly type: 'file';
  readonly path: string;
  readonly mode: number;
  /** As `decodeFileName` makes names: bytes that are not UTF-8 survive. */
  readonly text: string;
  readonly reason: string;
}

/** A symlink made by the builder. */
export interface PlannedSymlink {
  readonly type: 'symlink';
  readonly path: string;
  readonly target: string;
  readonly reason: string;
}

/** The file system behind the runtime, and how everything in it is written. */
export interface PlannedPayload {
  readonly kind: 'squashfs';
  readonly compression: WritableCompression;
  readonly level: number;
  readonly blockSize: number;
  /** Offset in the image: the size of the runtime. */
  readonly offset: number;
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

/** Told apart by `code`. */
export interface BuildWarning {
  readonly code:
    | 'app-run-for-one-architecture'
    | 'app-run-not-executable'
    | 'architecture-differs'
    | 'broken-dir-icon'
    | 'desktop-entry-problem'
    | 'interpreter-not-everywhere'
    | 'link-to-build-machine'
    | 'no-icon-for-thumbnails'
    | 'set-id-bits-dropped'
    | 'unknown-update-transport';
  readonly path: string | null;
  readonly message: string;
}
