/** Bounds on what an image may make its reader do; the same for every kind of file system. */
export interface ImageLimits {
  /** Directories inside each other. Default 512. */
  readonly depth?: number;
  /** Entries that one walk delivers. Default 10 million. */
  readonly entries?: number;
  /** Bytes of one directory's listing as it is stored, decompressed. Default 64 MiB. */
  readonly listingLength?: number;
  /** Entries of one directory, where its listing is read by itself; in ISO 9660 each extent of a file is one. Default 1 million. */
  readonly directoryEntries?: number;
}

/** What holds where nobody says otherwise. */
const DEFAULT_LIMITS: Required<ImageLimits> = {
  depth: 512,
  entries: 10_000_000,
  listingLength: 64 * 1_048_576,
  directoryEntries: 1_000_000,
};

/** The limits that hold, with defaults where there is nothing said. */
export function resolveLimits(limits: ImageLimits = {}): Required<ImageLimits> {
  const { depth, entries, listingLength, directoryEntries } = DEFAULT_LIMITS;
  return {
    depth: limits.depth ?? depth,
    entries: limits.entries ?? entries,
    listingLength: limits.listingLength ?? listingLength,
    directoryEntries: limits.directoryEntries ?? directoryEntries,
  };
}
