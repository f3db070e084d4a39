export { type OpenZipOptions, openZip } from './read/open-zip.ts';
export { ZipArchive } from './read/zip-archive.ts';
