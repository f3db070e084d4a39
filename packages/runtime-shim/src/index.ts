export { availableElfRuntimes, elfRuntime, elfRuntimePath } from './elf-runtime.ts';
