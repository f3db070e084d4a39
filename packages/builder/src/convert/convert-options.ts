import type { ImageType as FoundType, PayloadKind } from '@appimage-js/format';
import type { BuildProgress, ImageType } from '../build-options.ts';
import type { PayloadCompression } from '../pack/payload-format.ts';
import type { PlannedFirstStage, PlannedRuntime } from '../plan/build-plan.ts';
import type { MountWay } from '../plan/mount-way.ts';
import type { SortOrder } from '../sort/content-order.ts';

/** What {@link convertAppImage} makes an image of, and which one. */
export interface ConvertOptions {
  /** An image of any kind that can be read: it is never run and never changed. */
  readonly input: string;
  /** Path of the new image. It may be that of `input`, which is then replaced in one step when the new one is complete. */
  readonly output: string;
  /** Default: that of the input; `type-2` for what is no AppImage. */
  readonly type?: ImageType | undefined;
  /** Architecture in the spelling of AppImage file names. Default: those of the input, else that of its programs. */
  readonly arch?: string | readonly string[] | undefined;
  /** Default `zstd`; of a shImg `lz4`, of type 1 `zisofs`. */
  readonly compression?: PayloadCompression | undefined;
  /** On the compression's own scale. Default: as {@link BuildOptions.level}. */
  readonly level?: number | undefined;
  /** Bytes of a block of the payload. Default 128 KiB. */
  readonly blockSize?: number | undefined;
  /** In which order the contents of files are stored. Default `name`. */
  readonly sort?: SortOrder | undefined;
  /**
   * Put a new runtime to the payload as it is: nothing is compressed anew, and every byte of the file system stays. For old images that ask for
   * a library that is gone. Default false.
   */
  readonly runtimeOnly?: boolean | undefined;
  /** A type 2 runtime to use instead of the toolkit's own. */
  readonly runtimeFile?: string | undefined;
  /** A program for the start of a type 1 image to use instead of the toolkit's own. */
  readonly firstStageFile?: string | undefined;
  /** Where updates come from. Default: what the input says. */
  readonly updateInformation?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** What a conversion is going to do: a value that can be printed, compared and kept. */
export interface ConversionPlan {
  /** Absolute path. */
  readonly input: string;
  /** Absolute path. */
  readonly output: string;
  readonly from: {
    readonly type: FoundType;
    readonly size: number;
    readonly kind: PayloadKind;
    readonly compression: string | null;
  };
  readonly type: ImageType;
  readonly architectures: readonly string[];
  readonly payload: {
    readonly kind: 'squashfs' | 'iso9660';
    readonly compression: string;
    /** Null where the payload stays as it is. */
    readonly level: number | null;
    readonly blockSize: number | null;
    /** In which order contents are stored; null where the payload stays as it is. */
    readonly sort: SortOrder | null;
    /** Offset in the new image. */
    readonly offset: number;
  };
  /** Whether the bytes of the payload stay as they are. */
  readonly runtimeOnly: boolean;
  readonly runtime: PlannedRuntime;
  readonly firstStage: PlannedFirstStage | null;
  readonly updateInformation: string | null;
  /** As the input's runtime had it. */
  readonly mount: MountWay | null;
  /** What of the input the new image does not have, and what else a user should know. */
  readonly notes: readonly ConversionNote[];
}

/** Told apart by `code`. */
export interface ConversionNote {
  readonly code:
    | 'appended-data-dropped'
    | 'attributes-dropped'
    | 'no-entry-point'
    | 'signature-dropped'
    | 'time-changed'
    | 'update-information-dropped'
    | 'update-information-problem';
  readonly message: string;
}

/** The image that was made. */
export interface ConvertedAppImage {
  /** Absolute path. */
  readonly path: string;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly payload: {
    readonly offset: number;
    readonly length: number;
    readonly compression: string;
  };
  readonly plan: ConversionPlan;
}
