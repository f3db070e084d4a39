import { mkdtempSync, type PathLike } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppImageError, isAppImageError } from '../../errors.ts';
import { ioError } from '../io-error.ts';
import { moveEntry } from './move-entry.ts';

/** Says nothing of the target, whose own name may be as long as a name can be. */
const STAGING_PREFIX = '.appimage-extract-';

/** A directory in which a tree is built before it appears at its place. */
export interface Staging {
  readonly path: string;
  /** Lets the finished tree appear. */
  publish(): Promise<void>;
  /** Removes everything that was made, as far as it can be: the failure that led here is the one to be told. */
  remove(): Promise<void>;
}

/**
 * Opens a staging directory: beside a target that is not there yet, which then appears at once; inside of an empty one,
 * which keeps its identity, owner and mode, and may be a mount point or the working directory of a shell.
 *
 * @throws AppImageError `io` when the target is anything else, or nothing can be made there
 */
export async function openStaging(target: string): Promise<Staging> {
  return (await isEmptyDirectory(target)) ? openInside(target) : openBeside(target);
}

/** Whether the target is there; throws where it can not be one. */
async function isEmptyDirectory(target: string): Promise<boolean> {
  const entries = await readdir(target).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw ioError(`Cannot extract to ${target}`, target, cause);
    if (await isDanglingLink(target)) throw occupied(target, 'a symlink that leads nowhere');
    return undefined;
  });
  if (entries !== undefined && entries.length > 0) throw occupied(target, 'one with files in it');
  return entries !== undefined;
}

async function openInside(target: string): Promise<Staging> {
  const path = makeStaging(target, target);
  const moved: Buffer[] = [];
  return {
    path,
    async publish() {
      try {
        await chmod(path, 0o700);
        for (const name of await readdir(path, { encoding: 'buffer' })) {
          const [from, to] = [under(path, name), under(target, name)];
          await moveEntry(from, to);
          moved.push(to);
        }
        await rmdir(path);
      } catch (cause) {
        throw isAppImageError(cause) ? cause : ioError(`Cannot extract to ${target}`, target, cause);
      }
    },
    async remove() {
      for (const entry of moved) await removeTree(entry);
      await removeTree(path);
    },
  };
}

async function openBeside(target: string): Promise<Staging> {
  const parent = dirname(target);
  const firstParent = await mkdir(parent, { recursive: true }).catch((cause: unknown) => {
    throw ioError(`Cannot create ${parent}`, parent, cause);
  });
  const path = makeStaging(parent, target);
  return {
    path,
    async publish() {
      await rename(path, target).catch((cause: unknown) => {
        throw ioError(`Cannot extract to ${target}`, target, cause);
      });
    },
    async remove() {
      await removeTree(path);
      if (firstParent === undefined) return;
      for (let made = parent; made.length >= firstParent.length; made = dirname(made)) {
        await rmdir(made).catch(() => undefined); // somebody else may have put something there
      }
    },
  };
}

function makeStaging(folder: string, target: string): string {
  try {
    return mkdtempSync(join(folder, STAGING_PREFIX));
  } catch (cause) {
    throw ioError(`Cannot extract to ${target}`, target, cause);
  }
}

async function removeTree(path: PathLike): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

async function isDanglingLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stat) => stat.isSymbolicLink(),
    () => false,
  );
}

function under(folder: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), name]);
}

function occupied(target: string, found: string): AppImageError {
  return new AppImageError('io', `Cannot extract to ${target}: expected a new or an empty directory, found ${found}`, {
    path: target,
  });
}
