/*
 * Trees out of lists: archives name every file by its whole path, in any order, and a directory may be there only because
 * something is in it.
 */
import { AppImageError } from '../errors.ts';
import type { ImageLimits } from './image-limits.ts';
import { describePath, limitReached } from './path-errors.ts';
import type { FileStat, FileType } from './readonly-file-system.ts';

/** Permissions of a directory that the list does not have. */
const IMPLIED_MODE = 0o755;

/** What the names of one file have in common; filled in while the tree is built. */
export interface FileIdentity {
  inode: number;
  links: number;
}

/** One line of a list. */
export interface ListedFile extends Pick<FileStat, 'type' | 'mode' | 'uid' | 'gid' | 'mtime' | 'size' | 'device'> {
  /** The names from the root on, none of them empty, "." or ".."; no names for the root itself. */
  readonly names: readonly string[];
  /** Shared by lines that are hard links of each other; of others there is none. */
  readonly identity?: FileIdentity;
}

/** A file in the tree. */
export interface ListedNode<File extends ListedFile> {
  readonly identity: FileIdentity;
  /** Undefined for directories that are implied. */
  readonly file: File | undefined;
  /** Time of the line, or of the first one in a directory that has none. */
  readonly mtime: number;
  /** Only of directories: what is in it by name, in the order of the list. */
  readonly children: Map<string, ListedNode<File>> | undefined;
}

/**
 * Builds the tree that a list describes. Of lines with the same path the last holds; directories of the same path are one.
 *
 * @throws AppImageError `malformed` where a path is a directory for one line and something else for another, `limit` for
 *   too many files, implied directories included, and for too deep a tree
 */
export function buildListedTree<File extends ListedFile>(
  files: Iterable<File>,
  limits: Required<ImageLimits>,
): ListedNode<File> {
  let count = 0;
  const make = (path: string, node: Omit<ListedNode<File>, 'identity'>): ListedNode<File> => {
    if (count > limits.entries) throw limitReached('entries', limits.entries, path);
    count += 1;
    return { identity: identify(node.file, count), ...node };
  };
  let root = make('', { file: undefined, mtime: 0, children: new Map() });
  for (const file of files) {
    const { names, mtime } = file;
    const path = names.join('/');
    if (names.length > limits.depth) throw limitReached('directories inside each other', limits.depth, path);
    if (count === 1) root = { ...root, mtime: root.file?.mtime ?? mtime };
    const name = names.at(-1);
    if (name === undefined) {
      if (file.type === 'directory') root = { ...root, file, mtime };
      continue;
    }
    let siblings = childrenOf(root, path);
    for (const parent of names.slice(0, -1)) {
      const known = siblings.get(parent);
      const directory = known ?? make(path, { file: undefined, mtime, children: new Map() });
      if (known === undefined) siblings.set(parent, directory);
      siblings = childrenOf(directory, path);
    }
    const known = siblings.get(name);
    const isDirectory = file.type === 'directory';
    if (known !== undefined && isDirectory !== (known.children !== undefined)) throw twoKinds(path);
    if (known?.children !== undefined) {
      siblings.set(name, { ...known, file, mtime });
      continue;
    }
    if (known !== undefined) known.identity.links -= 1;
    siblings.set(name, make(path, { file, mtime, children: isDirectory ? new Map() : undefined }));
  }
  return root;
}

/** What `stat` tells of a node. */
export function statListed<File extends ListedFile>({ identity, file, mtime, children }: ListedNode<File>): FileStat {
  const { inode } = identity;
  const { mode, uid, gid } = file ?? { mode: IMPLIED_MODE, uid: 0, gid: 0 };
  if (children !== undefined || file === undefined) {
    const subdirectories = [...(children?.values() ?? [])].filter((child) => child.children !== undefined).length;
    return { type: 'directory', mode, uid, gid, mtime, size: 0, inode, links: 2 + subdirectories };
  }
  const { type, size, device } = file;
  const stat = { type, mode, uid, gid, mtime, size: hasSize(type) ? size : 0, inode, links: identity.links };
  return device === undefined ? stat : { ...stat, device };
}

function identify(file: ListedFile | undefined, number: number): FileIdentity {
  const identity = file?.identity ?? { inode: 0, links: 0 };
  if (identity.inode === 0) identity.inode = number;
  identity.links += 1;
  return identity;
}

function hasSize(type: FileType): boolean {
  return type === 'file' || type === 'symlink';
}

function childrenOf<File extends ListedFile>({ children }: ListedNode<File>, path: string) {
  if (children === undefined) throw twoKinds(path);
  return children;
}

function twoKinds(path: string): AppImageError {
  return new AppImageError(
    'malformed',
    `Cannot read archive: ${describePath(path)} needs a name to be both a directory and something else`,
    { path },
  );
}
