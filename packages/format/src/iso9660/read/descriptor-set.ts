import { AppImageError } from '../../errors.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { jolietLevel } from '../joliet.ts';
import {
  DescriptorType,
  FIRST_DESCRIPTOR_SECTOR,
  parseDescriptorType,
  parseVolumeDescriptor,
  SECTOR_SIZE,
  type VolumeDescriptor,
} from '../volume-descriptor.ts';

/** As many as Linux looks at. */
const MAXIMUM_DESCRIPTORS = 84;

/** There are seldom more descriptors than these, and they are read at once. */
const FIRST_READ_SECTORS = 4;

/** What follows the descriptors closely in most images: path tables, and the directories at the top. */
const PREFETCHED_BYTES = 65_536;

/** The descriptors that somebody here has a use for. */
export interface DescriptorSet {
  readonly primary: VolumeDescriptor;
  readonly joliet: { readonly volume: VolumeDescriptor; readonly level: 1 | 2 | 3 } | undefined;
}

/**
 * Reads the descriptors up to their terminator; boot records and partitions are passed over.
 *
 * @throws AppImageError `malformed` when there are none or no primary one, `out-of-bounds` when the source ends before them
 */
export async function readDescriptorSet(source: ByteSource, options: ReadOptions): Promise<DescriptorSet> {
  const start = FIRST_DESCRIPTOR_SECTOR * SECTOR_SIZE;
  if (source.size < start + SECTOR_SIZE) {
    throw new AppImageError(
      'out-of-bounds',
      `Cannot open ISO 9660 image: it must have at least ${start + SECTOR_SIZE} bytes, found ${source.size} (is it truncated?)`,
    );
  }
  source.prefetch?.(start, Math.min(PREFETCHED_BYTES, source.size - start));
  let primary: VolumeDescriptor | undefined;
  let joliet: DescriptorSet['joliet'];
  for await (const { bytes, base } of readSectors(source, start, options)) {
    const type = parseDescriptorType(bytes, base);
    if (type === DescriptorType.terminator) break;
    if (type === DescriptorType.primary) {
      primary ??= parseVolumeDescriptor(bytes, base);
    } else if (type === DescriptorType.supplementary) {
      const volume = parseVolumeDescriptor(bytes, base);
      const level = jolietLevel(volume.escapeSequences);
      if (level !== undefined) joliet ??= { volume, level };
    }
  }
  if (primary === undefined) {
    throw new AppImageError(
      'malformed',
      'Cannot open ISO 9660 image: it must have a primary volume descriptor, found none',
    );
  }
  return { primary, joliet };
}

interface Sector {
  readonly bytes: Uint8Array;
  readonly base: number;
}

async function* readSectors(source: ByteSource, start: number, options: ReadOptions): AsyncGenerator<Sector> {
  const available = Math.min(Math.floor((source.size - start) / SECTOR_SIZE), MAXIMUM_DESCRIPTORS);
  for (let first = 0; first < available; first += FIRST_READ_SECTORS) {
    const count = Math.min(FIRST_READ_SECTORS, available - first);
    const base = start + first * SECTOR_SIZE;
    const bytes = await source.read(base, count * SECTOR_SIZE, options);
    for (let at = 0; at < bytes.length; at += SECTOR_SIZE) {
      yield { bytes: bytes.subarray(at, at + SECTOR_SIZE), base: base + at };
    }
  }
}
