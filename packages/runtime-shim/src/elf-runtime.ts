import { availableNativePrograms, type NativeKind, nativeProgramPath, readNativeProgram } from './native-program.ts';

const RUNTIME: NativeKind = {
  file: 'runtime',
  called: 'runtime',
  remedy: 'to build an image with a runtime from elsewhere, name its file (--runtime-file)',
};

/** Architectures for which {@link elfRuntime} has a runtime, sorted, in the spelling of AppImage file names. */
export function availableElfRuntimes(): string[] {
  return availableNativePrograms(RUNTIME);
}

/**
 * Where the runtime for an architecture is, whether it was built or not.
 *
 * @throws RangeError for a name that no architecture has
 */
export function elfRuntimePath(architecture: string): string {
  return nativeProgramPath(RUNTIME, architecture);
}

/**
 * The program that makes an AppImage of type 2 start by itself: a static ELF file to which the payload is appended.
 *
 * @example
 * import { availableElfRuntimes, elfRuntime } from '@appimage-js/runtime-shim';
 *
 * for (const architecture of availableElfRuntimes()) {
 *   const { length } = await elfRuntime(architecture);
 *   console.log(`${architecture}: ${length} bytes`);
 * }
 *
 * @throws an error with the code `unsupported` when there is none for the architecture, `io` when reading it fails
 */
export function elfRuntime(architecture: string): Promise<Uint8Array> {
  return readNativeProgram(RUNTIME, architecture);
}
