import { seededRandom } from '@appimage-js/testing/seeded-random';
import {
  bytesContent,
  type InputBase,
  type InputDevice,
  type InputDirectory,
  type InputFile,
  type InputIpc,
  type InputNode,
  type InputSymlink,
} from '../../src/filesystem/input-tree.ts';
import { memorySink } from '../../src/io/byte-sink.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { nodeCompressor, nodeDecompressors } from '../../src/node/codecs.ts';
import { openSquashfs } from '../../src/squashfs/read/open-squashfs.ts';
import type { SquashfsImage } from '../../src/squashfs/read/squashfs-image.ts';
import {
  type WriteSquashfsOptions,
  type WrittenSquashfs,
  writeSquashfs,
} from '../../src/squashfs/write/write-squashfs.ts';

const BASE: InputBase = { mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 };

export type Base = Partial<InputBase>;

export function file(content: Uint8Array | string = '', base: Base = {}): InputFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { ...BASE, ...base, type: 'file', content: bytesContent(bytes) };
}

export function directory(
  entries: Readonly<Record<string, InputNode>> | Iterable<readonly [string, InputNode]> = {},
  base: Base = {},
): InputDirectory {
  const named = Symbol.iterator in entries ? entries : Object.entries(entries);
  return { ...BASE, mode: 0o755, ...base, type: 'directory', entries: new Map(named as Iterable<[string, InputNode]>) };
}

export function symlink(target: string, base: Base = {}): InputSymlink {
  return { ...BASE, mode: 0o777, ...base, type: 'symlink', target };
}

export function device(type: InputDevice['type'], major: number, minor: number, base: Base = {}): InputDevice {
  return { ...BASE, ...base, type, device: { major, minor } };
}

export function ipc(type: InputIpc['type'], base: Base = {}): InputIpc {
  return { ...BASE, ...base, type };
}

export function xattrs(values: Readonly<Record<string, Uint8Array | string>>): Map<string, Uint8Array> {
  const toBytes = (value: Uint8Array | string) => (typeof value === 'string' ? new TextEncoder().encode(value) : value);
  return new Map(Object.entries(values).map(([name, value]) => [name, toBytes(value)]));
}

/** Bytes that no compressor makes smaller, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  const random = seededRandom(seed);
  for (let index = 0; index < words.length; index++) words[index] = random() * 2 ** 32;
  return new Uint8Array(words.buffer, 0, length);
}

/** Bytes that compress well but are not all the same. */
export function prose(length: number, seed = 1): Uint8Array {
  const line = new TextEncoder().encode(`line ${seed} of a text that repeats itself again and again\n`);
  return Uint8Array.from({ length }, (_, index) => line[index % line.length] as number);
}

export type ImageOptions = Partial<Omit<WriteSquashfsOptions, 'root' | 'sink'>>;

/** Writes a tree into memory; zstd at a quick level where nothing is said. */
export async function writeImage(root: InputDirectory, options: ImageOptions = {}): Promise<Uint8Array> {
  return (await writeImageReport(root, options)).bytes;
}

/** Like {@link writeImage}, with what the writer reports. */
export async function writeImageReport(
  root: InputDirectory,
  options: ImageOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly written: WrittenSquashfs }> {
  const sink = memorySink();
  const written = await writeSquashfs({ root, sink, compressor: nodeCompressor('zstd', 3), ...options });
  return { bytes: sink.bytes.slice(), written };
}

/** Opens an image in memory with Node's codecs. */
export function openImage(bytes: Uint8Array): Promise<SquashfsImage> {
  return openSquashfs(bufferSource(bytes), { decompressors: nodeDecompressors });
}

/** All pieces in one. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}
