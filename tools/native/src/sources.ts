import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The C sources of the runtime and of the programs beside it. */
export const nativeFolder = fileURLToPath(new URL('../../../packages/runtime-shim/native/', import.meta.url));

/**
 * A folder with the headers of the kernel and of the libraries and nothing else: with the distribution's own folder on the
 * search path, a header that musl lacks would silently be taken from glibc.
 */
export function linkHeaders(folder: string, headers: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const header of headers) symlinkSync(header, join(folder, basename(header)));
  return folder;
}
