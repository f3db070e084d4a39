import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { computeZsync, serializeZsync, type ZsyncControl } from '@appimage-js/format';
import { ioError, nodeHashes, openFileSource } from '@appimage-js/format/node';
import { BLOCK_SIZES, bytesToFetch, modelBlockSize } from './choose-block-size.ts';

/** Options of {@link makeControlFile}. */
export interface MakeControlFileOptions {
  /** The image. */
  readonly file: string;
  /** Where the control file is put; one that is there is replaced. Default: beside the image, with `.zsync` behind its name. */
  readonly output?: string;
  /** Where clients find the image, absolute or relative to the control file. Default: beside it, under its name. */
  readonly urls?: readonly string[];
  /**
   * A power of two, 16 MiB at most, or `auto` (the default): the one from 1 to 64 KiB with which the control file and what an
   * update has to fetch are fewest bytes together, by a model or as measured `against` an older version.
   */
  readonly blockSize?: number | 'auto';
  /**
   * Time that the control file says the image is of, in whole seconds since 1970: clients give it to what they have put together, and tell
   * old from new by it. Default: that of the file.
   */
  readonly mtime?: number;
  /** An older version, to choose the block size by. */
  readonly against?: string;
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes that were read so far, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A block size that was measured. */
export interface BlockSizeCost {
  readonly blockSize: number;
  /** Bytes. */
  readonly controlFileSize: number;
  /** Bytes of the image that somebody with the older version has to fetch. */
  readonly bytesToFetch: number;
}

/** A control file on disk. */
export interface MadeControlFile {
  readonly path: string;
  /** Bytes of the control file. */
  readonly size: number;
  readonly blockSize: number;
  /** Bytes of the image. */
  readonly length: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly urls: readonly string[];
  /** What the older version would have to fetch with each block size that was tried; empty where none was measured. */
  readonly measured: readonly BlockSizeCost[];
}

/**
 * Writes the control file of an image, for this toolkit and every other client of zsync.
 *
 * @throws AppImageError `io` when a file can not be read or written, `malformed` for an empty image
 * @throws RangeError for a block size that is none
 */
export async function makeControlFile(options: MakeControlFileOptions): Promise<MadeControlFile> {
  const { file, output = `${file}.zsync`, blockSize = 'auto', against, signal, onProgress } = options;
  await using source = await openFileSource(file, { signal });
  const mtime = options.mtime ?? Math.max(0, Math.floor((await stat(file)).mtimeMs / 1000));
  const sizes =
    blockSize !== 'auto' ? [blockSize] : against === undefined ? [modelBlockSize(source.size)] : BLOCK_SIZES;
  const fileName = basename(file);
  const total = source.size * sizes.length;
  const measured: BlockSizeCost[] = [];
  let best: { readonly control: ZsyncControl; readonly bytes: Uint8Array; readonly cost: number } | undefined;
  for (const [index, size] of sizes.entries()) {
    const control = await computeZsync(source, {
      fileName,
      mtime,
      blockSize: size,
      hashes: nodeHashes,
      ...(options.urls && { urls: options.urls }),
      ...(signal && { signal }),
      onProgress: (done) => onProgress?.(index * source.size + done, total),
    });
    const bytes = serializeZsync(control);
    const missing = against === undefined ? 0 : await bytesToFetch(control, against, signal);
    if (against !== undefined) measured.push({ blockSize: size, controlFileSize: bytes.length, bytesToFetch: missing });
    const cost = bytes.length + missing;
    if (best === undefined || cost < best.cost) best = { control, bytes, cost };
  }
  if (best === undefined) throw new RangeError('Cannot make .zsync file: expected a block size, found none');
  await replaceFile(output, best.bytes);
  const { control, bytes } = best;
  return {
    path: output,
    size: bytes.length,
    blockSize: control.blockSize,
    length: control.length,
    sha1: control.sha1 ?? '',
    sha256: control.fileHashes[0]?.digest ?? '',
    urls: control.urls,
    measured,
  };
}

/** In one step, so that nobody who publishes meanwhile gets half of it. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw ioError(`Cannot write ${path}`, path, cause);
  }
}
