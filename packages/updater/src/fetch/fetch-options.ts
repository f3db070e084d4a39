import type { AvailableImage } from '../available-image.ts';
import type { HttpClient } from '../http/index.ts';
import type { FetchedControl } from './control-file.ts';

/** How far a fetch has come; at most ten a second. */
export interface FetchProgress {
  /** `match`: old files are searched; `fetch`: bytes come in; `verify`: the whole file is hashed. */
  readonly phase: 'match' | 'fetch' | 'verify';
  /** Bytes that this phase has done, of how many. */
  readonly done: number;
  readonly total: number;
  /** Bytes of the image that need not be fetched, as far as is known. */
  readonly bytesReused: number;
  /** Bytes that have come over the network so far, the control file's too. */
  readonly bytesFetched: number;
  /** Bytes a second that come in now; 0 while nobody knows. */
  readonly rate: number;
  /** Until the phase is done, at that rate; undefined while nobody knows. */
  readonly secondsLeft: number | undefined;
}

/** Limits on what a source may make us do; beyond them is an error with the code `limit`. */
export interface FetchLimits {
  /** Bytes of a control file. Default 128 MiB. */
  readonly controlFileSize?: number;
  /** Bytes of the image. Default: what is free on the disk. */
  readonly imageSize?: number;
}

/** Options of {@link fetchUpdate}. */
export interface FetchOptions {
  readonly image: AvailableImage;
  /** Asks the source again, when URLs have expired or the file has changed under way. */
  readonly refresh?: ((signal?: AbortSignal) => Promise<AvailableImage>) | undefined;
  readonly http: HttpClient;
  /** The control file, where it was fetched before. Default: it is fetched. */
  readonly control?: FetchedControl | undefined;
  /** Files that may have parts of the image: the old version first. Those that can not be read are left out. */
  readonly seeds?: readonly string[];
  /**
   * Where the image is put; what is there already is used as far as it fits. Beside it may be files of the same name with
   * `.state` or `.seed` behind it.
   */
  readonly destination: string;
  /** `whole` takes no control file. Default `delta`, which takes the whole file where that is cheaper or nothing else works. */
  readonly method?: 'delta' | 'whole';
  /** Requests to one server at once. Default 4. */
  readonly connections?: number;
  readonly limits?: FetchLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
}

/** A whole image on disk, whose hashes are those that its source promised. It was not forced to the disk yet. */
export interface FetchedImage {
  readonly path: string;
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha1: string;
  readonly sha256: string;
  /** Bytes of the image that came from seeds, from an earlier attempt or from nothing but their sums. */
  readonly bytesReused: number;
  /** Bytes that came over the network, the control file's too. */
  readonly bytesFetched: number;
  readonly requests: number;
  readonly method: 'delta' | 'whole';
  /** Why the whole file was fetched, or undefined. */
  readonly reason?: string;
}
