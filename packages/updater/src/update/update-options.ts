import type { HttpClient, HttpOptions } from '../http/index.ts';
import type { KeepPolicy } from '../replace/old-versions.ts';
import type { ApiBases } from '../resolve/index.ts';
import type { UpdateProgress } from './update-result.ts';

/** Where updates are looked for, and how. */
export interface CheckOptions {
  /** Instead of what the file says itself: update information in any form, or a URL. `embedded` for what the file says. */
  readonly source?: string | undefined;
  /** Keep `source` for this file, for all updates to come. Default false. */
  readonly remember?: boolean;
  /** Of a feed. Default `stable`. */
  readonly channel?: string | undefined;
  readonly apiBases?: ApiBases | undefined;
  /** A client, which stays the caller's to close, or options of one. */
  readonly http?: HttpClient | HttpOptions | undefined;
  /** Where pins and settings are. Default: see `defaultDataFolder`. */
  readonly dataFolder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A command that says whether a new version works. */
export interface HealthCheck {
  /** For the system's shell; the variable `APPIMAGE` has the path of the file. */
  readonly command: string;
  /** Default 60,000. A command that takes longer has failed. */
  readonly timeoutMilliseconds?: number;
}

/** Options of `updateAppImage`. */
export interface UpdateOptions extends CheckOptions {
  /** Fetch the whole file, even where a part of it would do. Default false. */
  readonly forceWhole?: boolean;
  /** Replace the file also by an older version. Default false. */
  readonly allowDowngrade?: boolean;
  /** Take a version also when it was taken back before. Default false. */
  readonly allowHeldBack?: boolean;
  /** The fingerprint of a key whose signature is accepted instead of the pinned one's; spaces and case do not count. */
  readonly acceptedKey?: string | undefined;
  /** Old versions that are kept. Default: one. */
  readonly keep?: KeepPolicy | undefined;
  /** Run once the new version is in its place; when it fails, the old one is brought back. */
  readonly healthCheck?: HealthCheck | undefined;
  readonly onProgress?: ((progress: UpdateProgress) => void) | undefined;
}
