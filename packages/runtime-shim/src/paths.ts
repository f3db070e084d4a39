/**
 * Where the native programs are, for those who start them and want nothing else to be loaded for that.
 *
 * @example
 * ```ts
 * import { elfRuntimePath } from '@appimage-js/runtime-shim/paths';
 *
 * console.log(elfRuntimePath('x86_64'));
 * ```
 *
 * @module
 */
export { confinerPath } from './confiner.ts';
export { elfRuntimePath } from './elf-runtime.ts';
