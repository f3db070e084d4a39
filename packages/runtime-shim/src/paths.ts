/**
 * Where the native programs are, for those who start them and want nothing else to be loaded for that.
 *
 * @module
 */
export { confinerPath } from './confiner.ts';
export { elfRuntimePath } from './elf-runtime.ts';
