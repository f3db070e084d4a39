import type { AppImage, AppImageError, FileEntry, ReadonlyFileSystem } from '@appimage-js/format';
import type { AppStreamFile } from './appstream-files.ts';
import type { DesktopFile, ParsedDesktopFile } from './desktop-files.ts';

/** What is looked at, with what several checks need of it; everything that costs is computed when it is first asked for. */
export interface Subject {
  /** `app-dir` is a directory on disk; a bare file system without a runtime is an `image` too. */
  readonly kind: 'image' | 'app-dir';
  /** The last part of the path or URL; undefined for bytes without a name. */
  readonly fileName: string | undefined;
  /** The opened file; undefined of an AppDir. */
  readonly image: AppImage | undefined;
  readonly files: ReadonlyFileSystem;
  readonly signal: AbortSignal | undefined;
  /** What the caller wants of rules that can be told something. */
  readonly settings: LintSettings;
  /** Everything in the image; empty where its file system can not be read. */
  tree(): Promise<Tree>;
  /** The file behind a path and its symlinks; undefined where there is none, or they lead out of the image. */
  resolve(path: string): Promise<FileEntry | undefined>;
  /** The content of a file of at most `maximumLength` bytes (default 1 MiB); undefined for any other. */
  read(file: FileEntry, maximumLength?: number): Promise<Uint8Array | undefined>;
  /** The first `length` bytes of a regular file, or all if there are fewer. */
  readStart(file: FileEntry, length: number): Promise<Uint8Array>;
  /** Every `*.desktop` in the root and in usr/share/applications, those in the root first, each by name. */
  desktopFiles(): Promise<readonly DesktopFile[]>;
  /** The application's own one: the first in the root that can be parsed. */
  desktopFile(): Promise<ParsedDesktopFile | undefined>;
  /** Every metadata file in usr/share/metainfo and usr/share/appdata. */
  appStreamFiles(): Promise<readonly AppStreamFile[]>;
  /** What the image is for: by its runtime, else by `AppRun` and what is in usr/bin; empty where nothing says. */
  architectures(): Promise<readonly string[]>;
}

/** What is in an image. */
export interface Tree {
  /** By the path, without the root; a directory comes before what is in it. */
  readonly entries: ReadonlyMap<string, FileEntry>;
  /** Directories that could not be read. */
  readonly problems: readonly TreeProblem[];
}

/** A directory whose entries are not known. */
export interface TreeProblem {
  readonly path: string;
  readonly error: AppImageError;
}

/** What a caller can tell rules. */
export interface LintSettings {
  /** The oldest distribution release that the image is to start on, such as `debian-12`. Default: see the rules on symbol versions. */
  readonly oldest?: string;
}
