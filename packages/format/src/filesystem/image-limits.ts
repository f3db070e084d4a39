/** Bounds on what an image may make its reader do; the same for every kind of file system. */
export interface ImageLimits {
  /** Directories inside each other. Default 512. */
  readonly depth?: number;
  /** Entries that one walk delivers. Default 10 million. */
  readonly entries?: number;
  /** Bytes of one directory's listing as it is stored, decompressed. Default 64 MiB. */
  readonly listingLength?: number;
}

/** What holds where nobody says otherwise. */
const DEFAULT_LIMITS: Required<ImageLimits> = {
  depth: 512,
  entries: 10_000_000,
  listingLength: 64 * 1_048_576,
};

/** The limits that hold, with defaults where there is nothing said. */
export function resolveLimits(limits: ImageLimits = {}): Required<ImageLimits> {
  const { depth, entries, listingLength } = DEFAULT_LIMITS;
  return {
    depth: limits.depth ?? depth,
    entries: limits.entries ?? entries,
    listingLength: limits.listingLength ?? listingLength,
  };
}
