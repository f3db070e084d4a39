import { readAppImageMagic } from '../elf/appimage-magic.ts';
import { type Elf, readElf } from '../elf/read-elf.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';

/** What a file is, by its content alone. */
export type ImageType = 'type-1' | 'type-2' | 'shimg' | 'nixappimage' | 'elf' | 'squashfs' | 'iso9660' | 'unknown';

/** What kind of file system an image carries. */
export type PayloadKind = 'squashfs' | 'iso9660' | 'dwarfs' | 'unknown';

/** Where the file system is in the file. */
export interface PayloadPlace {
  readonly kind: PayloadKind;
  readonly offset: number;
}

/** What {@link detectImage} found. */
export interface DetectedImage {
  readonly type: ImageType;
  /** The runtime's structure, where the file is an ELF. */
  readonly elf: Elf | undefined;
  readonly payload: PayloadPlace | undefined;
}

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46]; // "\x7fELF"
const SQUASHFS_MAGIC = [0x68, 0x73, 0x71, 0x73]; // "hsqs"
const DWARFS_MAGIC = [0x44, 0x57, 0x41, 0x52, 0x46, 0x53]; // "DWARFS"
const ISO9660_MAGIC = [0x43, 0x44, 0x30, 0x30, 0x31]; // "CD001", in the primary volume descriptor
const ISO9660_MAGIC_OFFSET = 32_769;

/**
 * Tells what a file is. Names and extensions are not looked at; the payload itself is not opened.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` for an ELF that contradicts itself or is truncated
 */
export async function detectImage(source: ByteSource, options?: ReadOptions): Promise<DetectedImage> {
  if (!(await hasMagic(source, 0, ELF_MAGIC, options))) return detectPlain(source, options);
  const elf = await readElf(source, options);
  const magic = await readAppImageMagic(source, options);
  if (magic !== 2 && (await hasMagic(source, ISO9660_MAGIC_OFFSET, ISO9660_MAGIC, options))) {
    return { type: 'type-1', elf, payload: { kind: 'iso9660', offset: 0 } };
  }
  const kind = await payloadKind(source, elf.end, options);
  if (magic === undefined && kind === 'unknown') return { type: 'elf', elf, payload: undefined };
  return { type: magic === 1 ? 'type-1' : 'type-2', elf, payload: { kind, offset: elf.end } };
}

async function detectPlain(source: ByteSource, options?: ReadOptions): Promise<DetectedImage> {
  const offset = 0;
  if (await hasMagic(source, offset, SQUASHFS_MAGIC, options)) {
    return { type: 'squashfs', elf: undefined, payload: { kind: 'squashfs', offset } };
  }
  if (await hasMagic(source, ISO9660_MAGIC_OFFSET, ISO9660_MAGIC, options)) {
    return { type: 'iso9660', elf: undefined, payload: { kind: 'iso9660', offset } };
  }
  return { type: 'unknown', elf: undefined, payload: undefined };
}

async function payloadKind(source: ByteSource, offset: number, options?: ReadOptions): Promise<PayloadKind> {
  if (await hasMagic(source, offset, SQUASHFS_MAGIC, options)) return 'squashfs';
  if (await hasMagic(source, offset, DWARFS_MAGIC, options)) return 'dwarfs';
  return 'unknown';
}

async function hasMagic(source: ByteSource, offset: number, magic: readonly number[], options?: ReadOptions) {
  if (offset + magic.length > source.size) return false;
  const bytes = await source.read(offset, magic.length, options);
  return magic.every((byte, index) => bytes[index] === byte);
}
