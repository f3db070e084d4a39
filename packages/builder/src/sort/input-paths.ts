import { compareFileNames, type InputDirectory, type InputNode } from '@appimage-js/format';

/** A node of a tree with its path, without a leading slash. */
export interface InputPath {
  readonly path: string;
  readonly node: InputNode;
}

/** As Linux has it, for one look-up. */
const MAXIMUM_LINKS = 40;

/** Everything below a directory, sorted by name, a directory before what is in it. */
export function* walkInput(root: InputDirectory, prefix = ''): Generator<InputPath, void, undefined> {
  const names = [...root.entries.keys()].toSorted(compareFileNames);
  for (const name of names) {
    const node = root.entries.get(name) as InputNode;
    const path = prefix === '' ? name : `${prefix}/${name}`;
    yield { path, node };
    if (node.type === 'directory') yield* walkInput(node, path);
  }
}

/** What a path leads to, symlinks followed as far as they stay in the tree; undefined where that is nothing. */
export function resolveInput(root: InputDirectory, path: string): InputPath | undefined {
  const pending = path.split('/').reverse();
  const parents: { readonly name: string; readonly node: InputDirectory }[] = [];
  let node: InputNode = root;
  let links = 0;
  const names: string[] = [];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (node.type !== 'directory') return undefined;
    if (name === '..') {
      const parent = parents.pop();
      if (parent === undefined) return undefined;
      node = parent.node;
      names.pop();
      continue;
    }
    const next: InputNode | undefined = node.entries.get(name);
    if (next === undefined) return undefined;
    if (next.type === 'symlink') {
      links += 1;
      if (next.target.startsWith('/') || links > MAXIMUM_LINKS) return undefined;
      pending.push(...next.target.split('/').reverse());
      continue;
    }
    parents.push({ name, node });
    names.push(name);
    node = next;
  }
  return { path: names.join('/'), node };
}
