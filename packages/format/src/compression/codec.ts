/** Compression methods that image formats name; the spelling of `mksquashfs -comp`. */
export type CompressionName = 'gzip' | 'lzma' | 'lzo' | 'xz' | 'lz4' | 'zstd';

/** Turns compressed blocks back; one object serves any number of calls at a time. */
export interface Decompressor {
  readonly name: CompressionName;
  /**
   * Decompresses one whole block.
   *
   * @param maximumLength the most bytes that the result may have; more is an error, so that a small block can not fill memory
   * @throws AppImageError `malformed` when the data is corrupt or longer than `maximumLength`
   */
  decompress(data: Uint8Array, maximumLength: number): Promise<Uint8Array>;
  /**
   * The same at once, where the method can: for blocks so small that handing them to another thread takes longer. Absent
   * where the code has to be loaded first.
   *
   * @throws AppImageError as `decompress` rejects
   */
  decompressSync?(data: Uint8Array, maximumLength: number): Uint8Array;
}

/** Compresses blocks; one object serves any number of calls at a time. */
export interface Compressor {
  readonly name: CompressionName;
  /** The method's own scale; recorded in the image where the format has a place for it. */
  readonly level: number;
  /** How many calls are worth having under way at once. */
  readonly concurrency: number;
  /** Compresses one block by itself: the same bytes give the same result, whatever runs beside it. */
  compress(data: Uint8Array): Promise<Uint8Array>;
}

/** The decompressors that a reader may use, by name. */
export type Decompressors = Partial<Readonly<Record<CompressionName, Decompressor>>>;
