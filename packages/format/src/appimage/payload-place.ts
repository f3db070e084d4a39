import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { magicOf } from './magic.ts';

/** What kind of file system an image carries. */
export type PayloadKind = 'squashfs' | 'iso9660' | 'dwarfs' | 'unknown';

/** Where the file system is in the file. */
export interface PayloadPlace {
  readonly kind: PayloadKind;
  readonly offset: number;
}

/** Runtimes are padded to a page, or to the largest page of their architecture; further away nothing is looked for. */
const SEARCHED = 65_536;
/**
 * Finds the file system that was appended to a program of `end` bytes: right behind it, or after padding of zeros. Where
 * there is neither, the kind is `unknown`.
 */
export async function findPayload(source: ByteSource, end: number, options?: ReadOptions): Promise<PayloadPlace> {
  const bytes = await source.read(end, Math.min(SEARCHED, source.size - end), options);
  const padding = Math.max(
    0,
    bytes.findIndex((byte) => byte !== 0),
  );
  const kind = magicOf(bytes.subarray(padding));
  return kind === 'squashfs' || kind === 'dwarfs' ? { kind, offset: end + padding } : { kind: 'unknown', offset: end };
}
