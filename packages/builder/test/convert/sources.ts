import { writeFileSync } from 'node:fs';
import {
  bytesContent,
  type InputDirectory,
  type InputNode,
  memorySink,
  type ReadonlyFileSystem,
  writeIso9660,
  writeSquashfs,
} from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { DESKTOP_ENTRY } from '../make-tree.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
const base = { uid: 0, gid: 0, mtime: 1_700_000_000 };
const bytes = (text: string | Uint8Array) => (typeof text === 'string' ? new TextEncoder().encode(text) : text);

export const file = (content: string | Uint8Array, rest: Partial<InputNode> = {}): InputNode =>
  ({ type: 'file', mode: 0o644, ...base, content: bytesContent(bytes(content)), ...rest }) as InputNode;

export const directory = (entries: Readonly<Record<string, InputNode>>, mtime = base.mtime): InputDirectory => ({
  type: 'directory',
  mode: 0o755,
  ...base,
  mtime,
  entries: new Map(Object.entries(entries)),
});

function noise(length: number): Uint8Array {
  const random = seededRandom(length);
  return new Uint8Array(length).map(() => random() * 256);
}

/** A tree with everything that an image can hold: owners, modes, times, links, devices. */
export function richTree(more: Readonly<Record<string, InputNode>> = {}): InputDirectory {
  const shared = file('the same file under two names');
  return directory({
    AppRun: file('#!/bin/sh\nexec true\n', { mode: 0o755 }),
    'hello.desktop': file(DESKTOP_ENTRY),
    'hello.svg': file(SVG),
    usr: directory({
      bin: directory({
        hello: file('#!/bin/sh\n', { mode: 0o4755, uid: 12, gid: 34 }),
        one: shared,
        two: shared,
        link: { type: 'symlink', mode: 0o777, ...base, target: '../share/prose' },
      }),
      share: directory({
        prose: file('many words '.repeat(40_000)),
        noise: file(noise(300_001)),
        empty: file('', { mtime: 5 }),
        'grüße \u{1f600}': file('x'),
      }),
      dev: directory({
        zero: { type: 'character-device', mode: 0o666, ...base, device: { major: 1, minor: 5 } },
        pipe: { type: 'fifo', mode: 0o600, ...base },
      }),
    }),
    ...more,
  });
}

/** Writes a bare file system image. */
export async function writeImage(
  path: string,
  root: InputDirectory,
  options: { readonly kind?: 'squashfs' | 'iso9660'; readonly compression?: 'gzip' | 'zstd' | 'lz4' | 'xz' } = {},
): Promise<string> {
  const { kind = 'squashfs', compression = 'gzip' } = options;
  const sink = memorySink();
  const common = { root, sink, mkfsTime: 1_600_000_000 };
  if (kind === 'iso9660') await writeIso9660({ ...common, compressor: nodeCompressor('gzip'), blockSize: 32_768 });
  else await writeSquashfs({ ...common, compressor: nodeCompressor(compression) });
  writeFileSync(path, sink.bytes);
  return path;
}

async function contentOf(files: ReadonlyFileSystem, path: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of files.readFile(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** All that a file system tells of its files, contents included, by path. */
export async function snapshot(files: ReadonlyFileSystem): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  const names = new Map<number, string>();
  const add = async (path: string) => {
    const { inode, links, ...stat } = await files.stat(path);
    const content = stat.type === 'file' ? await contentOf(files, path) : null;
    result[path] = {
      ...stat,
      size: stat.type === 'directory' ? 0 : stat.size,
      links: stat.type === 'directory' ? 0 : links,
      sameAs: stat.type === 'file' && links > 1 ? (names.get(inode) ?? path) : null,
      target: stat.type === 'symlink' ? await files.readLink(path) : null,
      content: content?.toString('base64') ?? null,
      xattrs: Object.fromEntries(await files.readXattrs(path)),
    };
    if (!names.has(inode)) names.set(inode, path);
  };
  const paths: string[] = [''];
  for await (const { path } of files.walk()) paths.push(path);
  for (const path of paths.toSorted()) await add(path);
  return result;
}
