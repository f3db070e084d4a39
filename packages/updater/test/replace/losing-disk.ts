import type { FileFacts, FileOperations } from '../../src/replace/file-operations.ts';

/** A file with its content, and whether that is on the disk. */
interface Inode {
  readonly number: number;
  content: string;
  synced: boolean;
  mode: number;
}

/** A folder: what was written, and the changes of names since, in their order. A rename within the folder is one change. */
interface Folder {
  readonly stored: Map<string, Node>;
  readonly changes: ReadonlyMap<string, Node | undefined>[];
}

type Node = Inode | Folder;

/** The power is gone. */
export class PowerLoss extends Error {
  override readonly name = 'PowerLoss';
}

/**
 * A disk in memory that loses power before its nth call. Of each folder, any number of the last changes may then be lost, unless it was
 * synced; of each file that was not synced, the content.
 */
export class LosingDisk {
  /** Calls so far. */
  calls = 0;
  lossAt: number;
  /** The call that fails, and the only one. */
  failAt: number | undefined;
  readonly #root: Folder = { stored: new Map(), changes: [] };
  readonly #knowsLinks: boolean;
  #inodes = 0;

  constructor(files: Readonly<Record<string, string>>, { lossAt = Number.POSITIVE_INFINITY, knowsLinks = true } = {}) {
    this.lossAt = lossAt;
    this.#knowsLinks = knowsLinks;
    for (const [name, content] of Object.entries(files)) this.#root.stored.set(name, this.#inode(content, true));
  }

  /** Puts a file into a place: its name is on the disk at once, its content unless it is told otherwise. */
  write(path: string, content: string, { synced = true } = {}): void {
    const [folder, name] = this.#parent(path);
    folder.stored.set(name, this.#inode(content, synced));
  }

  /** Every state of the disk that may be found when the power comes back: content by path, `undefined` for what is torn. */
  *states(): Generator<ReadonlyMap<string, string | undefined>> {
    for (const entries of persisted(this.#root, '')) yield new Map(entries);
  }

  /** What a process that goes on sees. */
  content(path: string): string | undefined {
    const node = this.#find(path);
    return node !== undefined && 'content' in node ? node.content : undefined;
  }

  readonly operations: FileOperations = {
    status: async (path) => {
      this.#step();
      const node = this.#find(path);
      return node && facts(node);
    },
    openFile: async (path) => {
      this.#step();
      const node = this.#file(path);
      return {
        status: async () => {
          this.#step();
          return facts(node);
        },
        setMode: async (mode) => {
          this.#step();
          node.mode = mode;
        },
        setOwner: async () => this.#step(),
        sync: async () => {
          this.#step();
          node.synced = true;
        },
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    copyAttributes: async () => {
      this.#step();
      return undefined;
    },
    makeFolder: async (path) => {
      this.#step();
      let folder = this.#root;
      for (const name of parts(path)) {
        let next = view(folder).get(name);
        if (next === undefined) {
          next = { stored: new Map(), changes: [] };
          folder.changes.push(new Map([[name, next]]));
        }
        folder = next as Folder;
      }
    },
    list: async (path) => {
      this.#step();
      const node = this.#find(path);
      return node === undefined || 'content' in node ? [] : [...view(node).keys()];
    },
    link: async (from, to) => {
      this.#step();
      if (!this.#knowsLinks) throw Object.assign(new Error('no links'), { code: 'EPERM', errno: -1 });
      this.#change(to, this.#file(from));
    },
    copy: async (from, to) => {
      this.#step();
      this.#change(to, this.#inode(this.#file(from).content, false));
    },
    rename: async (from, to) => {
      this.#step();
      const node = this.#file(from);
      const [folder, name] = this.#parent(from);
      const [target, targetName] = this.#parent(to);
      if (folder !== target) throw new Error('a rename between folders is no single change');
      if (view(folder).get(targetName) === node) return; // two names of one file: POSIX lets both be
      folder.changes.push(
        new Map<string, Node | undefined>([
          [name, undefined],
          [targetName, node],
        ]),
      );
    },
    remove: async (path) => {
      this.#step();
      if (this.#find(path) !== undefined) this.#change(path, undefined);
    },
    syncFolder: async (path) => {
      this.#step();
      const folder = this.#find(path) as Folder;
      for (const change of folder.changes.splice(0)) apply(folder.stored, change);
    },
  };

  #step(): void {
    this.calls += 1;
    if (this.calls >= this.lossAt) throw new PowerLoss();
    if (this.calls === this.failAt) throw Object.assign(new Error('broken'), { code: 'EIO', errno: -5 });
  }

  #inode(content: string, synced: boolean): Inode {
    this.#inodes += 1;
    return { number: this.#inodes, content, synced, mode: 0o755 };
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of parts(path)) node = node === undefined || 'content' in node ? undefined : view(node).get(name);
    return node;
  }

  #file(path: string): Inode {
    const node = this.#find(path);
    if (node === undefined || !('content' in node)) throw Object.assign(new Error(path), { code: 'ENOENT', errno: -2 });
    return node;
  }

  #parent(path: string): readonly [Folder, string] {
    const names = parts(path);
    const folder = this.#find(`/${names.slice(0, -1).join('/')}`);
    if (folder === undefined || 'content' in folder)
      throw Object.assign(new Error(path), { code: 'ENOENT', errno: -2 });
    return [folder, names.at(-1) ?? ''];
  }

  #change(path: string, node: Node | undefined): void {
    const [folder, name] = this.#parent(path);
    folder.changes.push(new Map([[name, node]]));
  }
}

function facts(node: Node): FileFacts {
  const { number: inode, mode, content } = 'content' in node ? node : { number: 0, mode: 0o755, content: '' };
  const isFile = 'content' in node;
  return { isFile, isFolder: !isFile, size: content.length, mode, uid: 0, gid: 0, device: 1, inode, links: 1 };
}

function parts(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function view(folder: Folder): Map<string, Node> {
  const entries = new Map(folder.stored);
  for (const change of folder.changes) apply(entries, change);
  return entries;
}

function apply(entries: Map<string, Node>, change: ReadonlyMap<string, Node | undefined>): void {
  for (const [name, node] of change) {
    if (node === undefined) entries.delete(name);
    else entries.set(name, node);
  }
}

/** Every combination of what the folders may have kept. */
function* persisted(folder: Folder, path: string): Generator<(readonly [string, string | undefined])[]> {
  for (let kept = 0; kept <= folder.changes.length; kept++) {
    const entries = new Map(folder.stored);
    for (const change of folder.changes.slice(0, kept)) apply(entries, change);
    yield* combined([...entries], path);
  }
}

function* combined(
  entries: readonly (readonly [string, Node])[],
  path: string,
): Generator<(readonly [string, string | undefined])[]> {
  const [first, ...rest] = entries;
  if (first === undefined) {
    yield [];
    return;
  }
  const [name, node] = first;
  const own =
    'content' in node
      ? [[[`${path}/${name}`, node.synced ? node.content : undefined] as const]]
      : persisted(node, `${path}/${name}`);
  for (const found of own) {
    for (const others of combined(rest, path)) yield [...found, ...others];
  }
}
