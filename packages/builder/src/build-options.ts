import type { PayloadCompression } from './pack/payload-format.ts';
import type { BuildPlan } from './plan/build-plan.ts';
import type { BuildEnvironment } from './plan/guess-update-information.ts';
import type { MountWay } from './plan/mount-way.ts';
import type { Signer } from './sign/signer.ts';
import type { SortOrder } from './sort/content-order.ts';

/** Kinds of images that can be made, as `appimage info` names them. */
export type ImageType = 'type-1' | 'type-2' | 'shimg';

/** What becomes of the permissions of files and directories. */
export type Modes = 'normal' | 'keep';

/** What {@link buildAppImage} makes an image from, and how. */
export interface BuildOptions {
  /** The directory that becomes the root of the image. It is never changed. */
  readonly appDir: string;
  /** Path of the image. Default: `Name-Version-arch.AppImage` in the working directory. */
  readonly output?: string | undefined;
  /**
   * Default `type-2`, an ELF program before the payload; `shimg` has a shell script there, and can serve several architectures;
   * `type-1` is an ISO 9660 file system that begins with a program.
   */
  readonly type?: ImageType | undefined;
  /**
   * Architecture in the spelling of AppImage file names; of a shImg, as many as there are. Default: that of the programs in
   * the AppDir.
   */
  readonly arch?: string | readonly string[] | undefined;
  /** Name of the desktop entry, where the AppDir has several. Default: the only one in the root, else where they are installed. */
  readonly desktop?: string | undefined;
  /** Patterns as in a `.gitignore` of what the image does not have, after those of the AppDir's own `.appimageignore`. */
  readonly exclude?: readonly string[] | undefined;
  /** A file with such patterns, one a line. */
  readonly excludeFile?: string | undefined;
  /** Version of the application. Default: `X-AppImage-Version` of the desktop entry, if it has that. */
  readonly version?: string | undefined;
  /**
   * Default `zstd`, which every current runtime can read; of a shImg `lz4`, which is the fastest to start; of type 1 `zisofs`,
   * besides which it knows only `none`.
   */
  readonly compression?: PayloadCompression | undefined;
  /** On the compression's own scale. Default: 15 for zstd, 9 for gzip and zisofs, 8 for lz4, 6 for xz. */
  readonly level?: number | undefined;
  /** Bytes of a block of the payload: a power of two from 4 KiB to 1 MiB, of zisofs 32 to 128 KiB. Default 128 KiB. */
  readonly blockSize?: number | undefined;
  /**
   * In which order the contents of files are stored: a profile, or paths with priorities. Default `name`, folder by folder. The
   * files are the same in any order.
   */
  readonly sort?: SortOrder | undefined;
  /**
   * Which permissions the image has: `normal`, which everybody can read and start, whatever the umask was and also where the AppDir
   * comes from a system without executable files; or `keep`, those of the AppDir bit by bit. Default `normal`.
   */
  readonly modes?: Modes | undefined;
  /**
   * Makes paths in programs that begin with `/usr` and lead into the AppDir begin with `././` instead, for applications that can not be
   * relocated otherwise, and starts the application in `usr`. Default false.
   */
  readonly patchUsr?: boolean | undefined;
  /** Where updates come from, such as `gh-releases-zsync|owner|repository|latest|App-*x86_64.AppImage.zsync`. */
  readonly updateInformation?: string | undefined;
  /**
   * Environment variables to guess the update information from, where none is given: those of GitHub, GitLab, Forgejo, Gitea or Woodpecker
   * tell where releases will be. Default: nothing is guessed.
   */
  readonly guessFrom?: BuildEnvironment | undefined;
  /**
   * What the runtime tries first to make the contents readable, before all else that it can do; the user's `APPIMAGE_MOUNT`
   * overrules it. For applications that do not work everywhere: `extract` or `fusermount` for one that starts `sudo` or a
   * sandbox of its own, which a user namespace would forbid. Default: whatever works.
   */
  readonly mount?: MountWay | undefined;
  /** A type 2 runtime to use instead of the toolkit's own; in type 1 its first stage starts it. */
  readonly runtimeFile?: string | undefined;
  /** A program for the start of a type 1 image to use instead of the toolkit's own. */
  readonly firstStageFile?: string | undefined;
  /**
   * Seconds since 1970 beyond which no time in the image lies: later times of files become this one. Default: all times
   * are 1980-01-01.
   */
  readonly sourceDateEpoch?: number | undefined;
  /** Write the digest that appimagetool writes, too. It protects nothing; some old integration asks for it. Default false. */
  readonly digestMd5?: boolean | undefined;
  /** Signs the finished image: `gnupgSigner` or `keySigner`. Default: it is not signed. */
  readonly signer?: Signer | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** How far a build has come. */
export interface BuildProgress {
  /** Bytes of file contents packed so far. */
  readonly bytesRead: number;
  /** Bytes of all file contents. */
  readonly totalBytes: number;
}

/** The image that was made. */
export interface BuiltAppImage {
  /** Absolute path. */
  readonly path: string;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly payload: {
    readonly offset: number;
    readonly length: number;
    readonly compression: PayloadCompression;
    /** Files, directories and symlinks, the root included. */
    readonly inodes: number;
    /** Bytes of file contents before compression. */
    readonly contentBytes: number;
    /** Of these, bytes that another file with the same contents has stored. */
    readonly duplicateBytes: number;
  };
  readonly plan: BuildPlan;
}
