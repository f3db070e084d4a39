import { mkdtemp, readdir, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDwarfs } from '../../dwarfs/read-dwarfs.ts';
import { AppImageError } from '../../errors.ts';
import { type ImageLimits, resolveLimits } from '../../filesystem/image-limits.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { openFileSource } from '../file-source.ts';
import { ioError } from '../io-error.ts';
import { DwarfsFileSystem } from './dwarfs-file-system.ts';
import { imageFile } from './image-file.ts';
import { mountImage } from './mount-image.ts';
import type { OpenByToolOptions, OpenedFiles } from './opened-files.ts';
import { findOnPath } from './run-tool.ts';
import { unpackImage } from './unpack-image.ts';

/** All of the files are in memory at once, but for their contents. */
const DEFAULT_ENTRIES = 1_000_000;

const DEFAULT_UNPACKED_LENGTH = 32 * 2 ** 30;

/** Options of {@link openDwarfs}. */
export interface OpenDwarfsOptions extends ReadOptions {
  /** Where the image begins. Default 0. */
  readonly offset?: number;
  /** Bytes from there on in which the image lies. Default: to the end. */
  readonly length?: number;
  /** Of `entries`, the default is 1 million. */
  readonly limits?: ImageLimits;
  /** Bytes of contents that may be unpacked to the disk. Default 32 GiB. */
  readonly maximumUnpackedLength?: number;
  /** Where a folder for that is made. Default: the system's folder for temporary files. */
  readonly temporaryFolder?: string;
}

/** How the files of an image are opened by a program of the host. */
interface Tool {
  readonly program: string;
  readonly open: (options: OpenByToolOptions) => Promise<OpenedFiles>;
}

/**
 * Opens a DwarFS image by the programs of the host. Its files are made available when the first of them is asked for:
 * `dwarfsextract` unpacks the whole image into a folder for temporary files, or, where there is none, `dwarfs` mounts it
 * there (through FUSE). Closing removes all of that.
 *
 * The programs read the image from a file: where it is in none, or something follows it there, a copy is made.
 *
 * @example
 * ```ts
 * import { openDwarfs } from '@appimage-js/format/node';
 *
 * export async function pathsIn(image: string): Promise<string[]> {
 *   await using files = await openDwarfs(image);
 *   const paths: string[] = [];
 *   for await (const { path } of files.walk()) paths.push(path);
 *   return paths;
 * }
 * ```
 *
 * @throws AppImageError as `readDwarfs` does; `unsupported` when neither program is on the PATH; `io` when the file can not be
 *   opened. The file system's methods throw `unsupported` when the program fails, and `limit` for what is too large.
 */
export async function openDwarfs(
  input: string | ByteSource,
  options: OpenDwarfsOptions = {},
): Promise<DwarfsFileSystem> {
  const opened = typeof input === 'string' ? await openFileSource(input) : undefined;
  try {
    const source = opened ?? (input as ByteSource);
    const { offset = 0, signal } = options;
    const image = await readDwarfs(source, { ...options, offset });
    const tool = findTool();
    const open = async (folder: string, openSignal: AbortSignal) =>
      tool.open({
        program: tool.program,
        image: await imageFile({ source, offset, image }, folder, { signal: openSignal }),
        folder,
        limits: resolveLimits({ entries: DEFAULT_ENTRIES, ...options.limits }),
        maximumLength: options.maximumUnpackedLength ?? DEFAULT_UNPACKED_LENGTH,
        signal: openSignal,
      });
    const makeFolder = () => makeTemporaryFolder(options.temporaryFolder ?? tmpdir());
    signal?.throwIfAborted();
    return new DwarfsFileSystem(image, { open, makeFolder, removeFolder, close: async () => opened?.close() });
  } catch (error) {
    await opened?.close();
    throw error;
  }
}

function findTool(): Tool {
  const extractor = findOnPath('dwarfsextract');
  if (extractor !== undefined) return { program: extractor, open: unpackImage };
  const driver = findOnPath('dwarfs');
  if (driver !== undefined) return { program: driver, open: mountImage };
  throw new AppImageError(
    'unsupported',
    'Cannot read DwarFS file system: expected dwarfsextract or dwarfs on the PATH, found neither; install DwarFS',
  );
}

async function makeTemporaryFolder(parent: string): Promise<string> {
  return mkdtemp(join(parent, 'appimage-dwarfs-')).catch((cause: unknown) => {
    throw ioError(`Cannot create a folder in ${parent}`, parent, cause);
  });
}

/** Goes into no folder below it: in one where an image is mounted still, the system refuses, and nothing in it is removed. */
async function removeFolder(folder: string): Promise<void> {
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      await (entry.isDirectory() ? rmdir(path) : unlink(path));
    }
    await rmdir(folder);
  } catch (cause) {
    throw ioError(`Cannot remove ${folder}`, folder, cause);
  }
}
