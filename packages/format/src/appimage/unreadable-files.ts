import type { AppImageError } from '../errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';

/** Stands where the files of an image can not be read: every method fails with `problem`. */
export function unreadableFiles(problem: AppImageError): ReadonlyFileSystem {
  const fail = async () => {
    throw problem;
  };
  async function* failing(): AsyncGenerator<never, void, undefined> {
    yield await fail();
  }
  return {
    stat: fail,
    readDirectory: fail,
    readLink: fail,
    readFile: failing,
    readXattrs: fail,
    walk: failing,
  };
}
