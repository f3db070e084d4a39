export * from './appimage/index.ts';
export * from './appstream/index.ts';
export type { CompressionName, Compressor, Decompressor, Decompressors } from './compression/codec.ts';
export { portableDecompressors } from './compression/portable-decompressors.ts';
export * from './desktop-entry/index.ts';
export * from './dwarfs/index.ts';
export * from './elf/index.ts';
export { AppImageError, type AppImageErrorCode, type AppImageErrorDetails, isAppImageError } from './errors.ts';
export type { ImageLimits } from './filesystem/image-limits.ts';
export {
  bytesContent,
  type ContentReadOptions,
  type FileContent,
  type InputBase,
  type InputDevice,
  type InputDirectory,
  type InputFile,
  type InputIpc,
  type InputNode,
  type InputSymlink,
} from './filesystem/input-tree.ts';
export type {
  FileEntry,
  FileRange,
  FileStat,
  FileType,
  ReadonlyFileSystem,
  WalkOptions,
} from './filesystem/readonly-file-system.ts';
export { readWholeFile, resolvePath } from './filesystem/resolve-path.ts';
export type { StoredBlock, StoredContents } from './filesystem/stored-contents.ts';
export { walkInRuns } from './filesystem/walk-tree.ts';
export type { ContentRank } from './filesystem/write/content-order.ts';
export type { Sha256 } from './filesystem/write/sha256.ts';
export type { WriteProgress } from './filesystem/write/write-progress.ts';
export * from './hash/index.ts';
export * from './icon/index.ts';
export { type ByteSink, type MemorySink, memorySink, windowSink } from './io/byte-sink.ts';
export {
  type ByteSource,
  blobSource,
  bufferSource,
  type ClosableByteSource,
  type OpenFilePart,
  type ReadOptions,
  windowSource,
} from './io/byte-source.ts';
export { type CacheOptions, cacheSource, type PrefetchingSource } from './io/cache/cache-source.ts';
export { compareFileNames, decodeFileName, encodeFileName } from './io/file-name.ts';
export type { HttpTransfer } from './io/http/http-connection.ts';
export type { HttpSourceOptions } from './io/http/http-options.ts';
export { type HttpSource, openHttpSource } from './io/http/http-source.ts';
export { type OpenedSource, type OpenSourceOptions, openSource, type SourceInput } from './io/open-source.ts';
export { Iso9660Image, type IsoCompression, type IsoExtensions } from './iso9660/read/iso9660-image.ts';
export { type OpenIso9660Options, openIso9660 } from './iso9660/read/open-iso9660.ts';
export type { VolumeDescriptor } from './iso9660/volume-descriptor.ts';
export {
  APPLICATION_USE_OFFSET,
  SYSTEM_AREA_SIZE,
  type WriteIso9660Options,
  type WrittenIso9660,
  writeIso9660,
} from './iso9660/write/write-iso9660.ts';
export * from './mime/index.ts';
export * from './shimg/index.ts';
export * from './signature/index.ts';
export { type OpenSquashfsOptions, openSquashfs } from './squashfs/read/open-squashfs.ts';
export { SquashfsImage } from './squashfs/read/squashfs-image.ts';
export { parseSuperblock, SUPERBLOCK_SIZE, type Superblock } from './squashfs/superblock.ts';
export type { TailPacking } from './squashfs/write/write-file-data.ts';
export {
  type WriteSquashfsOptions,
  type WrittenSquashfs,
  writeSquashfs,
} from './squashfs/write/write-squashfs.ts';
export * from './update-information/index.ts';
export { type ParseXmlOptions, parseXml } from './xml/parse-xml.ts';
export { chooseTranslation, type Translations } from './xml/translations.ts';
export { childElements, flowText, type XmlElement } from './xml/xml-element.ts';
export * from './zip/index.ts';
export * from './zsync/index.ts';
