import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { run } from '@appimage-js/testing';
import type { InputDirectory, InputNode } from '../../src/filesystem/input-tree.ts';
import type { FileType, ReadonlyFileSystem } from '../../src/filesystem/readonly-file-system.ts';
import { compareFileNames, decodeFileName, encodeFileName } from '../../src/io/file-name.ts';

/** All that is worth comparing of a file, wherever it is. */
export interface FileSnapshot {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly size?: number;
  readonly sha256?: string;
  readonly target?: string;
  readonly device?: string;
  readonly links: number;
  /** The first of the names that the file has, where it has several. */
  readonly sameAs?: string;
  readonly xattrs: Readonly<Record<string, string>>;
}

const GETFATTR = ['--recursive', '--physical', '--no-dereference', '--dump', '--match=-', '--encoding=hex'];

/** Files by path, the root as "", in the order of their paths. */
export type TreeSnapshot = Readonly<Record<string, FileSnapshot>>;

type Draft = Omit<FileSnapshot, 'sameAs'> & { readonly identity: unknown };

/** What a tree that is to be written should look like later. */
export async function snapshotInput(root: InputDirectory): Promise<TreeSnapshot> {
  const drafts = new Map<string, Draft>();
  const names = new Map<InputNode, number>();
  const visit = async (node: InputNode, path: string): Promise<void> => {
    names.set(node, (names.get(node) ?? 0) + 1);
    const { type, mode, uid, gid, mtime } = node;
    const attributes = [...(node.xattrs ?? [])].map(([name, value]): [string, string] => [name, hex(value)]);
    const common = { type, mode, uid, gid, mtime, xattrs: sorted(attributes), links: 1, identity: node };
    if (node.type === 'file') {
      drafts.set(path, { ...common, size: node.content.size, sha256: await digest(node.content.read(65_536)) });
    } else if (node.type === 'symlink') {
      drafts.set(path, { ...common, target: node.target });
    } else if ('device' in node) {
      drafts.set(path, { ...common, device: `${node.device.major}:${node.device.minor}` });
    } else if (node.type === 'directory') {
      const folders = [...node.entries.values()].filter((child) => child.type === 'directory').length;
      drafts.set(path, { ...common, links: 2 + folders });
      for (const [name, child] of node.entries) await visit(child, path === '' ? name : `${path}/${name}`);
    } else {
      drafts.set(path, common);
    }
  };
  await visit(root, '');
  for (const [path, draft] of drafts) {
    const node = draft.identity as InputNode;
    if (node.type !== 'directory') drafts.set(path, { ...draft, links: names.get(node) as number });
  }
  return finish(drafts);
}

/** What our reader says of an image. */
export async function snapshotImage(files: ReadonlyFileSystem): Promise<TreeSnapshot> {
  const drafts = new Map<string, Draft>();
  const add = async (path: string, entry: Parameters<ReadonlyFileSystem['stat']>[0]): Promise<void> => {
    const { type, mode, uid, gid, mtime, size, inode, links, device } = await files.stat(entry);
    const attributes = [...(await files.readXattrs(entry))].map(([name, value]): [string, string] => [
      name,
      hex(value),
    ]);
    drafts.set(path, {
      ...{ type, mode, uid, gid, mtime, links, xattrs: sorted(attributes), identity: inode },
      ...(type === 'file' ? { size, sha256: await digest(files.readFile(entry)) } : {}),
      ...(type === 'symlink' ? { target: await files.readLink(entry) } : {}),
      ...(device ? { device: `${device.major}:${device.minor}` } : {}),
    });
  };
  await add('', '');
  for await (const entry of files.walk()) await add(entry.path, entry);
  return finish(drafts);
}

/** What the operating system says of a folder. Extended attributes by `getfattr`, where they are asked for. */
export function snapshotFolder(folder: string, options: { readonly xattrs?: boolean } = {}): TreeSnapshot {
  const drafts = new Map<string, Draft>();
  const attributes = options.xattrs === true ? readAttributes(folder) : new Map<string, Record<string, string>>();
  const visit = (path: string): void => {
    const place = osPath(folder, path);
    const stat = lstatSync(place, { bigint: true });
    const type = typeOf(stat);
    drafts.set(path, {
      type,
      mode: Number(stat.mode & 0o7777n),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      mtime: Number(stat.mtimeNs / 1_000_000_000n),
      links: Number(stat.nlink),
      xattrs: attributes.get(path) ?? {},
      identity: stat.ino,
      ...(type === 'file' ? { size: Number(stat.size), sha256: digestFile(place) } : {}),
      ...(type === 'symlink' ? { target: decodeFileName(readlinkSync(place, 'buffer')) } : {}),
      ...(type.endsWith('device') ? { device: deviceNumber(stat.rdev) } : {}),
    });
    if (type !== 'directory') return;
    for (const name of readdirSync(place, 'buffer')) {
      visit(path === '' ? decodeFileName(name) : `${path}/${decodeFileName(name)}`);
    }
  };
  visit('');
  return finish(drafts);
}

/** A snapshot without what the place where it was taken does not keep. */
export function without(snapshot: TreeSnapshot, ...fields: (keyof FileSnapshot)[]): TreeSnapshot {
  const strip = (file: FileSnapshot) =>
    Object.fromEntries(Object.entries(file).filter(([field]) => !fields.includes(field as keyof FileSnapshot)));
  return Object.fromEntries(
    Object.entries(snapshot).map(([path, file]) => [path, strip(file) as unknown as FileSnapshot]),
  );
}

/** The bytes of a path below a folder, for the functions of `node:fs`. */
export function osPath(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(folder), Buffer.from(path === '' ? '' : '/'), encodeFileName(path)]);
}

function finish(drafts: ReadonlyMap<string, Draft>): TreeSnapshot {
  const paths = [...drafts.keys()].sort(compareFileNames);
  const firstNames = new Map<unknown, string>();
  const files = paths.map((path): [string, FileSnapshot] => {
    const { identity, ...file } = drafts.get(path) as Draft;
    if (file.type === 'directory' || file.links === 1) return [path, file];
    const sameAs = firstNames.get(identity) ?? path;
    firstNames.set(identity, sameAs);
    return [path, { ...file, sameAs }];
  });
  return Object.fromEntries(files);
}

function typeOf(stat: BigIntStats): FileType {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isBlockDevice()) return 'block-device';
  if (stat.isCharacterDevice()) return 'character-device';
  return stat.isFIFO() ? 'fifo' : 'socket';
}

/** As `makedev(3)` of glibc packs it. */
function deviceNumber(rdev: bigint): string {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n);
  return `${major}:${minor}`;
}

function readAttributes(folder: string): Map<string, Record<string, string>> {
  const output = run('getfattr', [...GETFATTR, '.'], { cwd: folder });
  const attributes = new Map<string, Record<string, string>>();
  for (const block of output.split('\n\n')) {
    const lines = block.split('\n').filter((line) => line !== '');
    const heading = lines.shift();
    if (heading === undefined) continue;
    const values = lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split('=0x');
      return [name.endsWith('=') ? name.slice(0, -1) : name, value];
    });
    const name = unescapeOctal(heading.slice('# file: '.length));
    attributes.set(name === '.' ? '' : name.replace(/^\.\//, ''), sorted(values));
  }
  return attributes;
}

function unescapeOctal(text: string): string {
  const raw = text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return decodeFileName(Buffer.from(raw, 'latin1'));
}

function digestFile(path: Buffer): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(1_048_576);
  const descriptor = openSync(path, 'r');
  try {
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

async function digest(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function sorted(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries([...pairs].sort(([left], [right]) => (left < right ? -1 : 1)));
}
