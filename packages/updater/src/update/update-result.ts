import type { FetchProgress } from '../fetch/index.ts';
import type { KeptVersion } from '../replace/kept-version.ts';
import type { TrustState } from '../trust/judge-trust.ts';

/** The step that an update is at; of a download, how far it has come. */
export type UpdateProgress =
  | { readonly step: 'resolve' | 'compare' | 'verify' | 'replace' | 'health-check' }
  | ({ readonly step: 'fetch' } & Omit<FetchProgress, 'bytesFetched'>);

/** The installed version. */
export interface InstalledImage {
  readonly name: string | null;
  readonly version: string | null;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** A version that a source offers. */
export interface OfferedImage {
  /** Of the file. */
  readonly name: string;
  readonly version: string | null;
  /** In bytes; null where the source does not say. */
  readonly size: number | null;
  readonly publishedAt: Date | null;
  readonly notesUrl: string | null;
}

/** Whether there is something newer; see `checkForUpdate`. */
export interface UpdateCheck {
  /** As it was given. */
  readonly file: string;
  /** Without symlinks. */
  readonly path: string;
  /** `older`: the source offers less than what is installed. `held-back`: what it offers was taken back before. */
  readonly state: 'up-to-date' | 'available' | 'older' | 'held-back';
  /** In words, for people; without a final period. */
  readonly reason: string;
  /** Update information, or what was given instead. */
  readonly source: string;
  readonly installed: InstalledImage;
  readonly offered: OfferedImage;
  /** What is worth knowing, in sentences without a period. */
  readonly remarks: readonly string[];
}

/** What `updateAppImage` did. */
export interface UpdateResult extends Omit<UpdateCheck, 'state'> {
  /** `rolled-back`: the new version failed its check, and the old one is in its place again. The others: nothing was changed. */
  readonly state: 'updated' | 'up-to-date' | 'older' | 'held-back' | 'rolled-back';
  /** The new version; null where the file stayed as it was. */
  readonly updated: InstalledImage | null;
  /** Null where nothing was fetched. */
  readonly transfer: UpdateTransfer | null;
  readonly trust: UpdateTrust | null;
  /** Where the old version is kept; null where it is not. */
  readonly kept: KeptVersion | null;
}

/** What was fetched for an update. */
export interface UpdateTransfer {
  readonly method: 'delta' | 'whole';
  /** Why the whole file was fetched; null where nothing is to be said. */
  readonly reason: string | null;
  readonly bytesReused: number;
  readonly bytesFetched: number;
  readonly requests: number;
}

/** What was found of the new version's signature. */
export interface UpdateTrust {
  readonly state: TrustState;
  readonly reason: string;
  /** Of the key; null where there is none. */
  readonly fingerprint: string | null;
  readonly userIds: readonly string[];
}
