import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { ETC_OF_HOST, type RootEntry, type RootFacts } from './standard-root.ts';

/**
 * Looks at a root that an application is to be started in.
 *
 * @throws AppImageError `io` when it can not be read, `not-found` when it is no root of a system
 */
export async function readRoot(root: string, program: string): Promise<RootFacts> {
  const entries = await readEntries(root);
  if (!entries.some(({ name }) => name === 'usr' || name === 'lib')) {
    throw new AppImageError(
      'not-found',
      `Cannot use ${root} as a root: expected usr or lib in it, as in the root of a system, found neither`,
      { path: root },
    );
  }
  const hasEtc = entries.some(({ name, target }) => name === 'etc' && target === undefined);
  return {
    root: await realpath(root),
    entries,
    etc: hasEtc ? await readEntries(join(root, 'etc')) : [],
    host: await readEntries('/'),
    hostEtc: await readHostEtc(),
    program,
  };
}

async function readEntries(folder: string): Promise<RootEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw ioError(`Cannot open ${folder}`, folder, cause);
  });
  const read = entries.map(async (entry): Promise<RootEntry | undefined> => {
    const { name } = entry;
    if (entry.isSymbolicLink()) return { name, target: await readlink(join(folder, name)) };
    return entry.isDirectory() || entry.isFile() ? { name } : undefined;
  });
  const found = await Promise.all(read);
  return found.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Links are followed here: where they lead may not be there inside. */
async function readHostEtc(): Promise<Record<string, string>> {
  const found = await Promise.all(
    ETC_OF_HOST.map(async (name): Promise<readonly [string, string] | undefined> => {
      try {
        const path = await realpath(`/etc/${name}`);
        return (await stat(path)).isFile() ? [name, path] : undefined;
      } catch {
        return undefined;
      }
    }),
  );
  return Object.fromEntries(found.filter((entry) => entry !== undefined));
}
