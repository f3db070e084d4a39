export { COMPRESSION_LEVELS, nodeCompressor, nodeDecompressors, type WritableCompression } from './codecs.ts';
export type { DwarfsFileSystem } from './dwarfs/dwarfs-file-system.ts';
export { type OpenDwarfsOptions, openDwarfs } from './dwarfs/open-dwarfs.ts';
export {
  type ExtractedFileSystem,
  type ExtractOptions,
  type ExtractProgress,
  extractFileSystem,
} from './extract/extract-file-system.ts';
export type { ExtractionLimits } from './extract/extraction-limits.ts';
export { type FileSink, type FileSinkOptions, openFileSink } from './file-sink.ts';
export { openFileSource } from './file-source.ts';
export { nodeHashes } from './hashes.ts';
export { ioError, systemReason } from './io-error.ts';
export { findMount, type Mount, parseMountTable, readMountTable } from './mount-table.ts';
export { openAppImage } from './open-appimage.ts';
export { openSource } from './open-source.ts';
export { readBoundedFile } from './read-bounded-file.ts';
export { threadOptions } from './thread-options.ts';
