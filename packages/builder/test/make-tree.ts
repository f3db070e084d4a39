import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What {@link makeTree} writes: text or bytes, a symlink, a file with a mode, or a directory. */
export type TreeEntry =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly mode: number; readonly text: string }
  | null;

/** Writes files by their paths; null is a directory, the directories above a file are made as needed. */
export function makeTree(root: string, entries: Readonly<Record<string, TreeEntry>>): string {
  for (const [path, entry] of Object.entries(entries)) {
    const target = join(root, path);
    mkdirSync(entry === null ? target : dirname(target), { recursive: true });
    if (entry === null) continue;
    if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(target, entry);
    else if ('link' in entry) symlinkSync(entry.link, target);
    else {
      writeFileSync(target, entry.text);
      chmodSync(target, entry.mode);
    }
  }
  return root;
}

/** A script that says with which arguments it was started. */
export const PROGRAM: TreeEntry = {
  mode: 0o755,
  text: '#!/bin/sh\nfor argument in "$@"; do echo "[$argument]"; done\nexit 42\n',
};

/** With all that a build for x86_64 would record there. */
export const DESKTOP_ENTRY =
  '[Desktop Entry]\nType=Application\nName=Hello World\nExec=hello %U\nIcon=hello\nCategories=Utility;\n' +
  'X-AppImage-Name=Hello World\nX-AppImage-Arch=x86_64\n';

export const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** An AppDir from which an image can be made, with some entries added, replaced or, with undefined, left out. */
export function makeAppDir(root: string, changes: Readonly<Record<string, TreeEntry | undefined>> = {}): string {
  const entries = { 'hello.desktop': DESKTOP_ENTRY, 'hello.png': PNG, 'usr/bin/hello': PROGRAM, ...changes };
  const present = Object.entries(entries).filter((entry): entry is [string, TreeEntry] => entry[1] !== undefined);
  return makeTree(root, Object.fromEntries(present));
}

/** A hash over names, types, modes, times, link targets and contents of everything in a directory. */
export function hashTree(root: string): string {
  const hash = createHash('sha256');
  const visit = (path: string) => {
    const { mode, mtimeMs, ctimeMs, size } = lstatSync(path);
    hash.update(JSON.stringify([path, mode, mtimeMs, ctimeMs, size]));
    const type = mode & 0o170000;
    if (type === 0o040000) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else if (type === 0o120000) hash.update(readlinkSync(path));
    else if (type === 0o100000) hash.update(readFileSync(path));
  };
  visit(root);
  return hash.digest('hex');
}

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
