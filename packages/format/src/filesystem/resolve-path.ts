import { AppImageError } from '../errors.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { FileEntry, ReadonlyFileSystem } from './readonly-file-system.ts';

/** As many as Linux follows. */
const MAXIMUM_LINKS = 40;

/**
 * Finds a file by its path and follows symlinks on the way, the last part included, within the image. Links to `/nix/store/…`
 * lead to the image's own store, as they do when a NixAppImage runs; other absolute ones lead out.
 *
 * @throws AppImageError `not-found` where nothing is there or a link points out of the image, `malformed` for links in a circle
 */
export async function resolvePath(
  fileSystem: ReadonlyFileSystem,
  path: string,
  options?: ReadOptions,
): Promise<FileEntry> {
  const pending = splitPath(path).reverse();
  const resolved: string[] = [];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '..') {
      if (resolved.pop() === undefined) throw outside(path, '..');
      continue;
    }
    const current = [...resolved, name].join('/');
    const stat = await fileSystem.stat(current, options);
    if (stat.type !== 'symlink') {
      resolved.push(name);
      continue;
    }
    links += 1;
    if (links > MAXIMUM_LINKS) throw tooManyLinks(path);
    const target = await fileSystem.readLink(current, options);
    if (isInStore(target)) resolved.length = 0;
    else if (target.startsWith('/')) throw outside(path, target);
    pending.push(...splitPath(target).reverse());
  }
  const found = resolved.join('/');
  return { path: found, stat: await fileSystem.stat(found, options) };
}

/** The whole content of a file; `maximumLength` bounds what is read into memory. */
export async function readWholeFile(
  fileSystem: ReadonlyFileSystem,
  file: FileEntry,
  { maximumLength, ...options }: ReadOptions & { readonly maximumLength: number },
): Promise<Uint8Array> {
  if (file.stat.size > maximumLength) {
    throw new AppImageError(
      'limit',
      `Cannot read ${JSON.stringify(file.path)}: it must have at most ${maximumLength} bytes, found ${file.stat.size}`,
      { path: file.path },
    );
  }
  const content = new Uint8Array(file.stat.size);
  let length = 0;
  for await (const piece of fileSystem.readFile(file, options)) {
    content.set(piece, length);
    length += piece.length;
  }
  return content;
}

/** Images with a Nix store put it where its absolute links look for it before they start. */
function isInStore(target: string): boolean {
  return target.startsWith('/nix/store/');
}

function splitPath(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function outside(path: string, target: string): AppImageError {
  return new AppImageError(
    'not-found',
    `Cannot resolve ${JSON.stringify(path)}: it leads out of the image, to ${JSON.stringify(target)}`,
    { path },
  );
}

function tooManyLinks(path: string): AppImageError {
  return new AppImageError('malformed', `Cannot resolve ${JSON.stringify(path)}: more than ${MAXIMUM_LINKS} symlinks`, {
    path,
  });
}
