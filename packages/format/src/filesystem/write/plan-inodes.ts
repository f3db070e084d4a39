import { AppImageError } from '../../errors.ts';
import { compareBytes, decodeFileName, encodeFileName } from '../../io/file-name.ts';
import type { InputDirectory, InputNode } from '../input-tree.ts';

/** What Linux accepts as one name. */
const MAXIMUM_NAME_LENGTH = 255;

/** What Linux accepts as a symlink's target. */
const MAXIMUM_TARGET_LENGTH = 4095;

/** A file of the tree with what the image needs to know of its place in it. */
export interface PlannedInode {
  readonly node: InputNode;
  /** From 1 on, in the order in which inodes are written. */
  readonly number: number;
  /** Path of its first name, for messages. */
  readonly path: string;
  /** Names of a file; 2 and one for each subdirectory of a directory. */
  links: number;
  /** Only of directories: sorted by the bytes of their names. */
  readonly children: readonly PlannedChild[];
  /** Only of directories: the one that has this one; `undefined` for the root. */
  parent: PlannedInode | undefined;
}

/** A name in a directory. */
export interface PlannedChild {
  readonly name: Uint8Array;
  readonly inode: PlannedInode;
}

/** The inodes of an image in the order of their numbers: everything in a directory before the directory itself, the root last. */
export interface InodePlan {
  readonly inodes: readonly PlannedInode[];
  readonly root: PlannedInode;
}

/**
 * Puts a tree into the order in which it is written: subdirectories first, then the directory's files next to each other.
 *
 * @throws RangeError for names, targets, modes, times or ids that can not be written, and for a directory met twice
 */
export function planInodes(tree: InputDirectory): InodePlan {
  const inodes: PlannedInode[] = [];
  const byNode = new Map<InputNode, PlannedInode>();

  const add = (node: InputNode, path: string, children: readonly PlannedChild[] = []): PlannedInode => {
    const subdirectories = children.filter(({ inode }) => inode.node.type === 'directory').length;
    const links = node.type === 'directory' ? 2 + subdirectories : 1;
    const inode: PlannedInode = { node, number: inodes.length + 1, path, links, children, parent: undefined };
    inodes.push(inode);
    byNode.set(node, inode);
    return inode;
  };

  const visit = (directory: InputDirectory, path: string, ancestors: ReadonlySet<InputNode>): PlannedInode => {
    if (ancestors.has(directory) || byNode.has(directory)) {
      throw new RangeError(`Cannot write ${JSON.stringify(path)}: a directory must have one name, found a second`);
    }
    checkNode(directory, path);
    const within = new Set(ancestors).add(directory);
    const named = [...directory.entries].map(([name, node]) => {
      const childPath = path === '' ? name : `${path}/${name}`;
      return { name: checkedName(name, childPath), node, path: childPath };
    });
    named.sort((left, right) => compareBytes(left.name, right.name));
    const planned = new Map<Uint8Array, PlannedInode>();
    for (const { name, node, path: childPath } of named) {
      if (node.type === 'directory') planned.set(name, visit(node, childPath, within));
    }
    for (const { name, node, path: childPath } of named) {
      if (node.type === 'directory') continue;
      const known = byNode.get(node);
      if (known) known.links += 1;
      else checkNode(node, childPath);
      planned.set(name, known ?? add(node, childPath));
    }
    const children = named.map(({ name }) => ({ name, inode: planned.get(name) as PlannedInode }));
    const inode = add(directory, path, children);
    for (const child of children) if (child.inode.node.type === 'directory') child.inode.parent = inode;
    return inode;
  };

  const root = visit(tree, '', new Set());
  if (inodes.length > 0xffff_fffe) {
    throw new AppImageError('limit', `Cannot write image: it must have at most 2^32 - 2 files, found ${inodes.length}`);
  }
  return { inodes, root };
}

function checkedName(name: string, path: string): Uint8Array {
  const bytes = encodeFileName(name);
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new RangeError(
      `Cannot write ${JSON.stringify(path)}: a name must not be empty, ".", ".." or contain "/" or NUL`,
    );
  }
  if (decodeFileName(bytes) !== name) {
    throw new RangeError(
      `Cannot write ${JSON.stringify(path)}: a name must be well-formed, or what decodeFileName makes of bytes`,
    );
  }
  if (bytes.length > MAXIMUM_NAME_LENGTH) {
    throw new RangeError(
      `Cannot write ${JSON.stringify(path)}: a name must be at most ${MAXIMUM_NAME_LENGTH} bytes, found ${bytes.length}`,
    );
  }
  return bytes;
}

function checkNode(node: InputNode, path: string): void {
  const check = (field: string, value: number, maximum: number) => {
    if (!Number.isInteger(value) || value < 0 || value > maximum) {
      throw new RangeError(`Cannot write ${JSON.stringify(path)}: ${field} must be 0 to ${maximum}, found ${value}`);
    }
  };
  check('mode', node.mode, 0o7777);
  check('mtime', node.mtime, 0xffff_ffff);
  check('uid', node.uid, 0xffff_ffff);
  check('gid', node.gid, 0xffff_ffff);
  if (node.type === 'file') check('size', node.content.size, Number.MAX_SAFE_INTEGER);
  if (node.type === 'symlink') {
    const length = encodeFileName(node.target).length;
    if (length === 0 || length > MAXIMUM_TARGET_LENGTH || node.target.includes('\0')) {
      throw new RangeError(
        `Cannot write ${JSON.stringify(path)}: a symlink's target must be 1 to ${MAXIMUM_TARGET_LENGTH} bytes without NUL, found ${length}`,
      );
    }
  }
  if ('device' in node) {
    check('major device number', node.device.major, 0xfff);
    check('minor device number', node.device.minor, 0xf_ffff);
  }
}
