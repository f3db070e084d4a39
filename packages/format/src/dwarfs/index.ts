export { type CheckDwarfsOptions, checkDwarfs } from './check-dwarfs.ts';
export { type FindDwarfsOptions, findDwarfs } from './find-dwarfs.ts';
export { type DwarfsImage, type ReadDwarfsOptions, readDwarfs } from './read-dwarfs.ts';
export type { DwarfsSection } from './read-section-index.ts';
export type { DwarfsCompression, DwarfsSectionHeader, DwarfsSectionType } from './section-header.ts';
