import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchitecture } from '@appimage-js/format';
import { ioError, openFileSource } from '@appimage-js/format/node';

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
