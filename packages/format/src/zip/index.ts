export { type OpenZipOptions, openZip } from './read/open-zip.ts';
export { ZipArchive } from './read/zip-archive.ts';
export { type WriteZipOptions, writeZip, type ZipInput } from './write/write-zip.ts';
