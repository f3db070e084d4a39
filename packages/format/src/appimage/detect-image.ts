import { readAppImageMagic } from '../elf/appimage-magic.ts';
import { readArchitecture } from '../elf/machine.ts';
import { type Elf, readElf } from '../elf/read-elf.ts';
import { type AppImageError, isAppImageError } from '../errors.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { readShImg, type ShImg } from '../shimg/read-shimg.ts';
import { isAboutImage } from './image-problem.ts';
import { ISO9660_MAGIC, ISO9660_MAGIC_OFFSET, readMagic, SCRIPT_MAGIC, startsWith } from './magic.ts';
import { findPayload, type PayloadPlace } from './payload-place.ts';

/**
 * What a file is, by its content alone. A NixAppImage is a type 2 image whose tree has a Nix store, so only one whose
 * files can be read is recognized as such.
 */
export type ImageType =
  | 'type-1'
  | 'type-2'
  | 'shimg'
  | 'nixappimage'
  | 'elf'
  | 'squashfs'
  | 'iso9660'
  | 'dwarfs'
  | 'script'
  | 'unknown';

/** What {@link detectImage} found. */
export interface DetectedImage {
  readonly type: ImageType;
  /** In the specification's spelling: `x86_64`, `i686`, `armhf`, `aarch64`; empty where nothing says. */
  readonly architectures: readonly string[];
  /** The runtime's structure, where the file is an ELF that is whole. */
  readonly elf: Elf | undefined;
  /** The shell runtime's header, of a shImg. */
  readonly shImg: ShImg | undefined;
  readonly payload: PayloadPlace | undefined;
  /** Why there is no payload where one should be: the file ends within its runtime. */
  readonly problem: AppImageError | undefined;
}

const NOTHING: Omit<DetectedImage, 'type'> = {
  architectures: [],
  elf: undefined,
  shImg: undefined,
  payload: undefined,
  problem: undefined,
};

/**
 * Tells what a file is. Names and extensions are not looked at; the payload itself is not opened.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` for an ELF without the magic of type 2, or a shImg, that contradicts
 *   itself or is truncated
 */
export async function detectImage(source: ByteSource, options?: ReadOptions): Promise<DetectedImage> {
  const magic = await readMagic(source, options);
  if (magic === 'elf') return detectElf(source, options);
  if (magic === 'squashfs' || magic === 'dwarfs') {
    return { ...NOTHING, type: magic, payload: { kind: magic, offset: 0 } };
  }
  if (magic === 'shimg') return detectShImg(source, options);
  if (await startsWith(source, ISO9660_MAGIC_OFFSET, ISO9660_MAGIC, options)) {
    return { ...NOTHING, type: 'iso9660', payload: { kind: 'iso9660', offset: 0 } };
  }
  const isScript = await startsWith(source, 0, SCRIPT_MAGIC, options);
  return { ...NOTHING, type: isScript ? 'script' : 'unknown' };
}

async function detectElf(source: ByteSource, options?: ReadOptions): Promise<DetectedImage> {
  const magic = await readAppImageMagic(source, options);
  if (magic !== 2 && (await startsWith(source, ISO9660_MAGIC_OFFSET, ISO9660_MAGIC, options))) {
    const architecture = await readArchitecture(source, options);
    return {
      ...NOTHING,
      type: 'type-1',
      architectures: architecture === undefined ? [] : [architecture],
      elf: await tryReadElf(source, options),
      payload: { kind: 'iso9660', offset: 0 },
    };
  }
  const elf = magic === 2 ? await readElfOrProblem(source, options) : await readElf(source, options);
  if ('problem' in elf) {
    const architecture = await readArchitecture(source, options);
    const architectures = architecture === undefined ? [] : [architecture];
    return { ...NOTHING, type: 'type-2', architectures, problem: elf.problem };
  }
  const found = { ...NOTHING, elf, architectures: [elf.architecture] };
  const payload = await findPayload(source, elf.end, options);
  if (payload.kind === 'unknown' && (await startsWith(source, ISO9660_MAGIC_OFFSET, ISO9660_MAGIC, options))) {
    return { ...found, type: 'type-2', payload: { kind: 'iso9660', offset: 0 } };
  }
  if (magic === undefined && payload.kind === 'unknown') return { ...found, type: 'elf' };
  return { ...found, type: magic === 1 ? 'type-1' : 'type-2', payload };
}

/** What has the magic of type 2 is an AppImage, however little of it there is. */
async function readElfOrProblem(
  source: ByteSource,
  options?: ReadOptions,
): Promise<Elf | { readonly problem: AppImageError }> {
  try {
    return await readElf(source, options);
  } catch (problem) {
    if (!isAboutImage(problem)) throw problem;
    return { problem };
  }
}

/** The ELF of a type 1 image had to fit into 32 KiB; some lost their section headers to that, and run all the same. */
async function tryReadElf(source: ByteSource, options?: ReadOptions): Promise<Elf | undefined> {
  try {
    return await readElf(source, options);
  } catch (error) {
    if (isAppImageError(error) && (error.code === 'malformed' || error.code === 'out-of-bounds')) return undefined;
    throw error;
  }
}

async function detectShImg(source: ByteSource, options?: ReadOptions): Promise<DetectedImage> {
  const shImg = await readShImg(source, options);
  return {
    ...NOTHING,
    type: 'shimg',
    architectures: shImg.header.architectures,
    shImg,
    payload: { kind: shImg.payload.kind, offset: shImg.payload.offset },
  };
}
