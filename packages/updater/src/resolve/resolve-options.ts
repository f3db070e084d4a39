import type { UpdateSource } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import type { HttpClient } from '../http/index.ts';

/** Where the services are; each URL without a slash at its end. */
export interface ApiBases {
  /** Default `https://api.github.com`. */
  readonly github?: string;
  /** Default `https://github.com`. */
  readonly githubWeb?: string;
  /** Default `https://api.pling.com/ocs/v1`. */
  readonly pling?: string;
  /** Of GitLab, Gitea, Forgejo and OCS servers, by the host that update information names. Default `https://` and the host. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** By what a file under a URL that never changes is told from the one that was there before. */
export interface SourceRevision {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** In bytes. */
  readonly size: number | undefined;
}

/** A feed as it came, for who judges its signature. */
export interface FetchedFeed {
  readonly url: string;
  readonly bytes: Uint8Array;
  /** The content of the file beside it with `.asc` behind its name; undefined where there is none. */
  readonly signature: Uint8Array | undefined;
}

/** Options of `resolveUpdate`. */
export interface ResolveOptions {
  readonly http: HttpClient;
  /** Of the file that is to be updated, in the specification's spelling: files for other machines are never chosen. */
  readonly architecture?: string | undefined;
  /** Of the file that is to be updated; feeds may ask for a least one. */
  readonly currentVersion?: string | undefined;
  /** Tells this installation from others, and stays the same; decides whether it takes part in a gradual release. */
  readonly stableId?: string | undefined;
  /** Of a feed. Default `stable`. */
  readonly channel?: string | undefined;
  /** What a plain URL had when it was last fetched. */
  readonly previousRevision?: SourceRevision | undefined;
  readonly apiBases?: ApiBases | undefined;
  /** Judges a feed before anything in it is believed; throws to refuse it. Default: nobody does. */
  readonly verifyFeed?: ((feed: FetchedFeed) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a source offers. */
export interface ResolvedUpdate {
  readonly source: UpdateSource;
  readonly image: AvailableImage;
  /** Names of other files that the source's pattern means as well, best first. */
  readonly alternatives: readonly string[];
  /** What a person should know about how it was found, in sentences without a period. */
  readonly remarks: readonly string[];
  /** To be kept and handed back as `previousRevision`; undefined where the source says versions or hashes. */
  readonly revision: SourceRevision | undefined;
  /** True where the server says that the file is the one of `previousRevision`. */
  readonly unchanged: boolean;
  /** Asks again, for URLs that have expired; it is an error if another file is offered by now. */
  refresh(signal?: AbortSignal): Promise<AvailableImage>;
}

/** What a source's own resolver answers. */
export interface Resolution {
  readonly image: AvailableImage;
  readonly alternatives?: readonly string[];
  readonly remarks?: readonly string[];
  readonly revision?: SourceRevision;
  readonly unchanged?: boolean;
}
