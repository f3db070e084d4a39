import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, link, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppImageError } from '@appimage-js/format';
import { Parser, type ReadEntry } from 'tar';

/** Bounds on what an archive may make of a disk. */
export interface UnpackLimits {
  /** Files and directories. Default 1 million. */
  readonly entries?: number;
  /** Bytes of contents. Default 32 GiB. */
  readonly totalSize?: number;
}

/** A folder that layers are unpacked into, one over the other. */
export interface LayeredRoot {
  readonly root: string;
  readonly limits: Required<UnpackLimits>;
  entries: number;
  bytes: number;
}

/** As many links as Linux follows. */
const MAXIMUM_LINKS = 40;
/** OCI image specification, layer.md, "Whiteouts". */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Begins a root without any file. */
export function layeredRoot(
  root: string,
  { entries = 1_000_000, totalSize = 32 * 2 ** 30 }: UnpackLimits = {},
): LayeredRoot {
  return { root, limits: { entries, totalSize }, entries: 0, bytes: 0 };
}

/**
 * Unpacks one layer over those before it: a tarball, as it is or compressed with gzip or zstd. Nothing is ever written outside of the
 * root, wherever links in it lead. Owners, devices, setuid bits and extended attributes are left out.
 *
 * @throws AppImageError `malformed` for what is no tarball, `limit` for one that holds too much, `io` when reading or writing
 *   fails
 */
export async function unpackLayer(target: LayeredRoot, file: string, signal?: AbortSignal): Promise<void> {
  const parser = new Parser({ strict: true });
  let last: Promise<void> = Promise.resolve();
  let failure: unknown;
  parser.on('entry', (entry: ReadEntry) => {
    // One after the other, as later entries count on what earlier ones have made.
    last = last
      .then(() => (failure === undefined ? place(target, entry) : void entry.resume()))
      .catch((error: unknown) => {
        failure ??= error;
        entry.resume();
      });
  });
  const feed = new Transform({
    transform(chunk: Buffer, _, done) {
      if (failure !== undefined) done(toError(failure));
      else if (parser.write(chunk)) done();
      else parser.once('drain', () => done());
    },
    flush(done) {
      parser.once('end', () => done());
      parser.once('error', done);
      parser.end();
    },
  });
  parser.on('error', (error: Error) => feed.destroy(error));
  try {
    const input = createReadStream(file, { signal });
    const decompress = await decompressorFor(file);
    await (decompress === undefined ? pipeline(input, feed) : pipeline(input, decompress, feed));
    await last;
  } catch (error) {
    signal?.throwIfAborted();
    throw asUnpackError(failure ?? error, file);
  }
  if (failure !== undefined) throw asUnpackError(failure, file);
}

async function decompressorFor(file: string): Promise<ReturnType<typeof createGunzip> | undefined> {
  for await (const piece of createReadStream(file, { end: 3 })) {
    const start: Buffer = piece;
    if (start[0] === 0x1f && start[1] === 0x8b) return createGunzip();
    if (start.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress();
  }
  return undefined;
}

async function place(target: LayeredRoot, entry: ReadEntry): Promise<void> {
  const path = posix.normalize(`/${entry.path}`).slice(1).replace(/\/$/, '');
  if (path === '') return void entry.resume();
  target.entries += 1;
  if (target.entries > target.limits.entries) throw limit(`${target.limits.entries} entries`, path);
  const folder = await makeFolder(target.root, posix.dirname(path));
  const name = posix.basename(path);
  if (name.startsWith(WHITEOUT)) {
    await whiteOut(folder, name);
    return void entry.resume();
  }
  const at = join(folder, name);
  await placeEntry(target, entry, { at, path });
}

async function placeEntry(
  target: LayeredRoot,
  entry: ReadEntry,
  { at, path }: { readonly at: string; readonly path: string },
): Promise<void> {
  const existing = await lstat(at).catch(() => undefined);
  if (entry.type === 'Directory') {
    if (existing?.isDirectory() !== true) {
      if (existing?.isSymbolicLink() === true) return void entry.resume(); // it leads to the directory that is meant
      await rm(at, { force: true });
      await mkdir(at, { mode: 0o755 });
    }
    return void entry.resume();
  }
  await rm(at, { recursive: true, force: true });
  if (entry.type === 'SymbolicLink') await symlink(entry.linkpath ?? '', at);
  else if (entry.type === 'Link') await link(await resolveInside(target.root, entry.linkpath ?? ''), at);
  else if (isFile(entry)) return await writeFile(target, entry, { at, path });
  entry.resume();
}

function isFile({ type }: ReadEntry): boolean {
  return type === 'File' || type === 'OldFile' || type === 'ContiguousFile';
}

async function writeFile(
  target: LayeredRoot,
  entry: ReadEntry,
  { at, path }: { readonly at: string; readonly path: string },
): Promise<void> {
  target.bytes += entry.size;
  if (target.bytes > target.limits.totalSize) throw limit(`${target.limits.totalSize} bytes`, path);
  const mode = 0o600 | ((entry.mode ?? 0o644) & 0o777);
  const output = createWriteStream(at, { flags: 'wx', mode });
  await new Promise<void>((resolve, reject) => {
    output.on('error', reject).on('finish', resolve);
    entry.on('error', reject);
    entry.on('data', (piece: Buffer) => {
      if (output.write(piece)) return;
      entry.pause();
      output.once('drain', () => entry.resume());
    });
    entry.on('end', () => output.end());
  });
  await chmod(at, mode);
}

/** A whiteout takes one name away, an opaque one all that lower layers have put into the folder. */
async function whiteOut(folder: string, name: string): Promise<void> {
  const names = name === OPAQUE ? await readdir(folder) : [name.slice(WHITEOUT.length)];
  for (const one of names) {
    if (one !== '' && one !== '.' && one !== '..') await rm(join(folder, one), { recursive: true, force: true });
  }
}

/** Makes the folders of a path, following links within the root only. Answers where the last one is. */
async function makeFolder(root: string, path: string): Promise<string> {
  const folder = await resolveInside(root, path);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** Where a path leads when "/" is the root: links that are absolute or go up stay inside. What is not there is taken as it is. */
async function resolveInside(root: string, path: string): Promise<string> {
  const pending = path.split('/').reverse();
  const resolved: string[] = [];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      resolved.pop();
      continue;
    }
    const target = await readlink(join(root, ...resolved, name)).catch(() => undefined);
    if (target === undefined) {
      resolved.push(name);
      continue;
    }
    links += 1;
    if (links > MAXIMUM_LINKS)
      throw new AppImageError('malformed', `Cannot unpack ${path}: too many symlinks`, { path });
    if (target.startsWith('/')) resolved.length = 0;
    pending.push(...target.split('/').reverse());
  }
  return join(root, ...resolved);
}

function limit(what: string, path: string): AppImageError {
  return new AppImageError('limit', `Cannot unpack image: limit of ${what} reached at ${path}`, { path });
}

function asUnpackError(error: unknown, file: string): unknown {
  if (error instanceof AppImageError) return error;
  const { code, message } = toError(error) as NodeJS.ErrnoException;
  const isSystems = code !== undefined && /^E[A-Z]+$/.test(code);
  return new AppImageError(isSystems ? 'io' : 'malformed', `Cannot unpack ${file}: ${message}`, {
    path: file,
    cause: error,
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
