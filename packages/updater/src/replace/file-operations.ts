import { constants, copyFile, lchown, link, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { syncFolder } from '../state/sync-folder.ts';
import { copyAttributes } from './copy-attributes.ts';

/** What of a file matters when it is replaced. */
export interface FileFacts {
  readonly isFile: boolean;
  readonly isFolder: boolean;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly device: number;
  readonly inode: number;
  /** How many names the file has. */
  readonly links: number;
}

/** A file that is being made ready; all by one descriptor, which no symlink led to. */
export interface OpenedFile extends AsyncDisposable {
  status(): Promise<FileFacts>;
  setMode(mode: number): Promise<void>;
  setOwner(uid: number, gid: number): Promise<void>;
  sync(): Promise<void>;
}

/**
 * The calls of the system by which a file is replaced, each one step that may fail or be the last before the power does. Tests
 * put their own in their place. Errors are those of `node:fs`.
 */
export interface FileOperations {
  /** Undefined where there is nothing. Does not follow symlinks. */
  status(path: string): Promise<FileFacts | undefined>;
  openFile(path: string): Promise<OpenedFile>;
  /** Answers why extended attributes could not be copied; undefined when all is well. */
  copyAttributes(from: string, to: string): Promise<string | undefined>;
  /** Does nothing where there is something. What root makes belongs to the owner. */
  makeFolder(path: string, owner: Pick<FileFacts, 'uid' | 'gid'>): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  link(from: string, to: string): Promise<void>;
  /** Fails where `to` is. */
  copy(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Does nothing where there is nothing. */
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

/** Those of Node. */
export const nodeOperations: FileOperations = {
  async status(path) {
    const facts = await lstat(path).catch(nothingIfMissing);
    return facts && toFacts(facts);
  },
  async openFile(path) {
    const handle = await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    return {
      status: async () => toFacts(await handle.stat()),
      setMode: (mode) => handle.chmod(mode),
      setOwner: (uid, gid) => handle.chown(uid, gid),
      sync: () => handle.sync(),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  },
  copyAttributes,
  async makeFolder(path, { uid, gid }) {
    try {
      await mkdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
      throw error;
    }
    if (process.geteuid?.() === 0 && uid !== 0) await lchown(path, uid, gid);
  },
  list: async (path) => (await readdir(path).catch(nothingIfMissing)) ?? [],
  link,
  copy: (from, to) => copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder,
};

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function toFacts(facts: Awaited<ReturnType<typeof lstat>>): FileFacts {
  return {
    isFile: facts.isFile(),
    isFolder: facts.isDirectory(),
    size: Number(facts.size),
    mode: Number(facts.mode) & 0o7777,
    uid: Number(facts.uid),
    gid: Number(facts.gid),
    device: Number(facts.dev),
    inode: Number(facts.ino),
    links: Number(facts.nlink),
  };
}
