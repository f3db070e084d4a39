import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../io/byte-source.ts';

/**
 * The path of what is started: `AppRun`, or the one for an architecture where there is no other (`AppRun.aarch64`).
 * `undefined` where there is none.
 */
export async function findEntryPoint(
  files: ReadonlyFileSystem,
  architectures: readonly string[],
  options?: ReadOptions,
): Promise<string | undefined> {
  const names = new Set((await files.readDirectory('', options)).map(({ path }) => path));
  return ['AppRun', ...architectures.map((architecture) => `AppRun.${architecture}`)].find((name) => names.has(name));
}
