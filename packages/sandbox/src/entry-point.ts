import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppImageError, readArchitecture, resolvePath } from '@appimage-js/format';
import { ioError, openAppImage, openFileSource } from '@appimage-js/format/node';

/** What an AppDir can be started by. */
export interface EntryPoints {
  /** `AppRun`, and `AppRun.<architecture>` of an AppDir for several. */
  readonly names: readonly string[];
  /** What their programs are for; of a script nothing is known. */
  readonly architectures: readonly string[];
}

/**
 * Looks for the entry points of an AppDir.
 *
 * @throws AppImageError `io` when the directory can not be read
 */
export async function readEntryPoints(folder: string): Promise<EntryPoints> {
  const all = await readdir(folder).catch((cause: unknown) => {
    throw ioError(`Cannot open ${folder}`, folder, cause);
  });
  const names = all.filter((name) => /^AppRun(\.[a-z0-9_]+)?$/.test(name)).sort();
  const found = await Promise.all(names.map((name) => architectureOf(join(folder, name))));
  return { names, architectures: [...new Set(found.filter((name) => name !== undefined))] };
}

/** Undefined for what is no program; an entry point that leads nowhere is told when it is started. */
async function architectureOf(path: string): Promise<string | undefined> {
  try {
    await using source = await openFileSource(path);
    return await readArchitecture(source);
  } catch {
    return undefined;
  }
}

/** Whether the AppRun of an image is a script; undefined where there is none, or nobody can read it here. */
export async function readEntryPointKind(file: string): Promise<'program' | 'script' | undefined> {
  await using image = await openAppImage(file);
  try {
    const entry = await resolvePath(image.files, 'AppRun');
    for await (const piece of image.files.readFile(entry, { start: 0, end: Math.min(2, entry.stat.size) })) {
      return piece[0] === 0x23 && piece[1] === 0x21 ? 'script' : 'program';
    }
    return undefined;
  } catch (error) {
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}
