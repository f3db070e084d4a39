import { AppImageError } from '../errors.ts';
import { wrongType } from '../filesystem/path-errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { resolvePath } from '../filesystem/resolve-path.ts';
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

/**
 * Checks that what is to be started can be: a file, behind its symlinks, that may be executed.
 *
 * @throws AppImageError `not-found` for a symlink that leads nowhere and for what is no file, `not-permitted` for one that
 *   nobody may execute
 */
export async function checkEntryPoint(files: ReadonlyFileSystem, path: string, options?: ReadOptions): Promise<void> {
  const file = await resolvePath(files, path, options);
  if (file.stat.type !== 'file') throw wrongType(file, 'file');
  if ((file.stat.mode & 0o111) !== 0) return;
  const mode = file.stat.mode.toString(8).padStart(4, '0');
  const message = `Cannot start ${JSON.stringify(path)}: it must be executable, found mode ${mode}`;
  throw new AppImageError('not-permitted', message, { path });
}
