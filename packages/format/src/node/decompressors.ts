import { promisify } from 'node:util';
import {
  constants,
  inflate,
  inflateSync,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import type { Decompressor, Decompressors } from '../compression/codec.ts';
import { portableDecompressors } from '../compression/portable-decompressors.ts';
import { AppImageError } from '../errors.ts';

const decompressZlib = promisify<Uint8Array, ZlibOptions, Buffer>(inflate);
const decompressZstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress);

/** Blocks of image formats are at most 1 MiB, and no compressor needs a window beyond that; zstd would allow 128 MiB. */
const SMALLEST_WINDOW_LIMIT = 20;

/** Decompressors for every method: Node's own, which run on its thread pool or at once, and portable ones for the others. */
export const nodeDecompressors: Required<Decompressors> = {
  ...portableDecompressors,
  gzip: decompressor('gzip', {
    async: (data, maximumLength) => decompressZlib(data, zlibOptions(maximumLength)),
    sync: (data, maximumLength) => inflateSync(data, zlibOptions(maximumLength)),
  }),
  zstd: decompressor('zstd', {
    async: (data, maximumLength) => decompressZstd(data, zstdOptions(maximumLength)),
    sync: (data, maximumLength) => zstdDecompressSync(data, zstdOptions(maximumLength)),
  }),
};

/** The two forms in which Node has a method. */
interface DecompressorForms {
  async(data: Uint8Array, maximumLength: number): Promise<Buffer>;
  sync(data: Uint8Array, maximumLength: number): Buffer;
}

function decompressor(name: 'gzip' | 'zstd', { async, sync }: DecompressorForms): Decompressor {
  return {
    name,
    async decompress(data, maximumLength) {
      try {
        return plainArray(await async(data, maximumLength));
      } catch (cause) {
        throw corrupt(name, cause);
      }
    },
    decompressSync(data, maximumLength) {
      try {
        return plainArray(sync(data, maximumLength));
      } catch (cause) {
        throw corrupt(name, cause);
      }
    },
  };
}

/** The `slice` of Node's Buffer does not copy. */
function plainArray({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function zlibOptions(maxOutputLength: number): ZlibOptions {
  return { maxOutputLength, chunkSize: chunkSize(maxOutputLength) };
}

function zstdOptions(maxOutputLength: number): ZstdOptions {
  const params = { [constants.ZSTD_d_windowLogMax]: windowLimit(maxOutputLength) };
  return { maxOutputLength, chunkSize: chunkSize(maxOutputLength), params };
}

function corrupt(name: 'gzip' | 'zstd', cause: unknown): AppImageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppImageError('malformed', `Cannot decompress ${name} block: ${reason}`, { cause });
}

/** A block whose frame asks for more memory than its content can need is refused. */
function windowLimit(maximumLength: number): number {
  return Math.min(31, Math.max(SMALLEST_WINDOW_LIMIT, Math.ceil(Math.log2(Math.max(1, maximumLength)))));
}

/** With room to spare, so that the decompressor sees the end at once and does not ask for a second buffer to look for more. */
function chunkSize(maximumLength: number): number {
  return maximumLength + 64;
}
