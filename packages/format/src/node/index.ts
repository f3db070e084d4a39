export { COMPRESSION_LEVELS, nodeCompressor, nodeDecompressors, type WritableCompression } from './codecs.ts';
export {
  type ExtractedFileSystem,
  type ExtractOptions,
  type ExtractProgress,
  extractFileSystem,
} from './extract/extract-file-system.ts';
export { type FileSink, type FileSinkOptions, openFileSink } from './file-sink.ts';
export { openFileSource } from './file-source.ts';
