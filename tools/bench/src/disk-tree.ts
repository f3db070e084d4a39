import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentReadOptions, InputDirectory, InputNode } from '@appimage-js/format';

const OWNER = { uid: 0, gid: 0, mtime: 0 };

/** A folder as the input of `writeSquashfs`, all of it owned by root and of one time. */
export function diskTree(path: string): InputDirectory {
  const entries = readdirSync(path, { withFileTypes: true }).map((entry): [string, InputNode] => {
    const child = join(path, entry.name);
    if (entry.isDirectory()) return [entry.name, diskTree(child)];
    if (entry.isSymbolicLink())
      return [entry.name, { ...OWNER, type: 'symlink', mode: 0o777, target: readlinkSync(child) }];
    const { size, mode } = statSync(child);
    const read = (pieceLength: number, options?: ContentReadOptions) =>
      pieces({ path: child, size }, pieceLength, options);
    return [entry.name, { ...OWNER, type: 'file', mode: mode & 0o777, content: { size, read } }];
  });
  return { ...OWNER, type: 'directory', mode: 0o755, entries: new Map(entries) };
}

/** For all small files, one after the other. */
const shared = Buffer.allocUnsafeSlow(1_048_576);

async function* pieces(
  { path, size }: { readonly path: string; readonly size: number },
  pieceLength: number,
  { copied = false }: ContentReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (let offset = 0; offset < size; offset += pieceLength) {
      const length = Math.min(pieceLength, size - offset);
      const piece = copied && length <= shared.length ? shared.subarray(0, length) : Buffer.allocUnsafeSlow(length);
      readSync(file, piece, 0, length, null);
      yield piece;
    }
  } finally {
    closeSync(file);
  }
}
