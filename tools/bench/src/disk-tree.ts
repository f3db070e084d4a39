import { createReadStream, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { InputDirectory, InputNode } from '@appimage-js/format';

const OWNER = { uid: 0, gid: 0, mtime: 0 };

/** A folder as the input of `writeSquashfs`, all of it owned by root and of one time. */
export function diskTree(path: string): InputDirectory {
  const entries = readdirSync(path, { withFileTypes: true }).map((entry): [string, InputNode] => {
    const child = join(path, entry.name);
    if (entry.isDirectory()) return [entry.name, diskTree(child)];
    if (entry.isSymbolicLink())
      return [entry.name, { ...OWNER, type: 'symlink', mode: 0o777, target: readlinkSync(child) }];
    const { size, mode } = statSync(child);
    const read = (pieceLength: number): AsyncIterable<Uint8Array> => pieces(child, pieceLength);
    return [entry.name, { ...OWNER, type: 'file', mode: mode & 0o777, content: { size, read } }];
  });
  return { ...OWNER, type: 'directory', mode: 0o755, entries: new Map(entries) };
}

async function* pieces(path: string, pieceLength: number): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: pieceLength })) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (; rest.length >= pieceLength; rest = rest.subarray(pieceLength)) yield rest.subarray(0, pieceLength);
  }
  if (rest.length > 0) yield rest;
}
