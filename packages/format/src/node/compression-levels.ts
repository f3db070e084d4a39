/**
 * Levels by compression: what is valid, and what is taken where nothing is said. For gzip and zstd that is the level of
 * `mksquashfs`; for lz4 it is what comes within a hundredth of `mksquashfs -Xhc`, which has no levels; xz has the one that
 * `mksquashfs` has.
 */
export const COMPRESSION_LEVELS = {
  gzip: { minimum: 1, maximum: 9, default: 9 },
  zstd: { minimum: 1, maximum: 22, default: 15 },
  lz4: { minimum: 1, maximum: 12, default: 8 },
  xz: { minimum: 6, maximum: 6, default: 6 },
} as const;

/** The compressions that `nodeCompressor` can write. */
export type WritableCompression = keyof typeof COMPRESSION_LEVELS;
