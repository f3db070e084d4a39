import {
  AppImageError,
  type ByteSource,
  findSection,
  type ReadOptions,
  readSection,
  SYSTEM_AREA_SIZE,
} from '@appimage-js/format';
import { PLACE_SECTION } from '../join/first-stage.ts';
import type { Draft } from '../output/draft.ts';
import type { WrittenPayload } from '../pack/write-payload.ts';
import { showPath } from '../show-path.ts';
import type { ConversionInput } from './open-input.ts';

/** The bytes of an input that are its file system, as they stay under a new runtime. */
export interface KeptPayload {
  readonly kind: 'squashfs' | 'iso9660';
  /** As the image says it: a method of SquashFS, `zisofs` or `none`. */
  readonly compression: string;
  readonly blockSize: number | null;
  /** Where they begin in the input. */
  readonly start: number;
  /** With the padding that belongs to the file system. */
  readonly length: number;
  /** Without it, as the file system says. */
  readonly used: number;
  /** Bytes behind them that belong to nobody that is known; they are not kept. */
  readonly appended: number;
}

/** `mksquashfs` pads to it, and so do all who came after. */
const PADDING = 4096;
const PIECE = 4 * 1024 * 1024;

/**
 * Finds the file system in the input.
 *
 * @throws AppImageError `unsupported` for a file system that is neither SquashFS nor ISO 9660
 */
export async function findKeptPayload(input: ConversionInput, options: ReadOptions): Promise<KeptPayload> {
  const { image, path } = input;
  const { payload, source } = image;
  const length = payload?.length;
  if (payload === null || length === null || length === undefined || !isKeepable(payload.kind)) {
    throw new AppImageError(
      'unsupported',
      `Cannot convert ${showPath(path)} by its runtime only: its file system must be SquashFS or ISO 9660, found ` +
        `${payload?.kind ?? 'none'}; convert all of it`,
      { path },
    );
  }
  const { kind, offset: start, blockSize } = payload;
  const found = { kind, compression: payload.compression ?? 'none', blockSize, start, used: length };
  if (kind === 'iso9660') {
    // What lies behind the volume may be of use to it, unless it is a runtime that was put there.
    const end = (await hasHiddenRuntime(input, options)) ? length : Math.max(length, source.size - start);
    return { ...found, length: end, appended: 0 };
  }
  const padded = Math.min(Math.ceil(length / PADDING) * PADDING, source.size - start);
  const zip = image.shImg?.integrationZip?.files.start ?? source.size;
  const appended = await countAppended(source, start + padded, zip, options);
  return { ...found, length: padded, appended };
}

/**
 * Copies the file system into the new image: SquashFS behind the room for the runtime, ISO 9660 to the place where it was, without
 * the system area, which is the runtime's.
 */
export async function copyPayload(
  source: ByteSource,
  kept: KeptPayload,
  { draft, offset, signal, onProgress }: CopyOptions,
): Promise<WrittenPayload> {
  const skipped = kept.kind === 'iso9660' ? SYSTEM_AREA_SIZE : 0;
  const totalBytes = kept.length - skipped;
  const available = Math.min(kept.length, source.size - kept.start);
  for (let at = skipped; at < available; at += PIECE) {
    const length = Math.min(PIECE, available - at);
    await draft.write(offset + at, await source.read(kept.start + at, length, { signal }));
    onProgress?.({ bytesRead: at + length - skipped, totalBytes });
  }
  // A volume may claim a last sector that was cut off.
  if (available < kept.length) await draft.write(offset + available, new Uint8Array(kept.length - available));
  const digested = { offset: offset + skipped, length: kept.used - skipped };
  return { length: kept.length, digested, inodeCount: 0, contentBytes: 0, duplicateBytes: 0 };
}

/** Where {@link copyPayload} copies to. */
export interface CopyOptions extends ReadOptions {
  readonly draft: Draft;
  /** Where the payload begins in the new image. */
  readonly offset: number;
  readonly onProgress?: ((progress: { readonly bytesRead: number; readonly totalBytes: number }) => void) | undefined;
}

function isKeepable(kind: string): kind is KeptPayload['kind'] {
  return kind === 'squashfs' || kind === 'iso9660';
}

/** Whether a first stage of this toolkit is in the system area, and has its runtime behind the volume. */
async function hasHiddenRuntime({ image }: ConversionInput, options: ReadOptions): Promise<boolean> {
  const { elf, source, payload } = image;
  if (elf === undefined || findSection(elf, PLACE_SECTION) === undefined) return false;
  const place = await readSection(source, elf, PLACE_SECTION, { maxSize: PADDING, ...options });
  const offset = new DataView(place.buffer, place.byteOffset, place.byteLength).getBigUint64(0, true);
  return offset >= BigInt(payload?.length ?? 0) && offset < BigInt(source.size);
}

/** Bytes from `start` to `end`, unless all of them are zeros. */
async function countAppended(source: ByteSource, start: number, end: number, options: ReadOptions): Promise<number> {
  for (let at = start; at < end; at += PIECE) {
    const bytes = await source.read(at, Math.min(PIECE, end - at), options);
    if (bytes.some((byte) => byte !== 0)) return end - start;
  }
  return 0;
}
