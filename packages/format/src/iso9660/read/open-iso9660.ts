import type { Decompressors } from '../../compression/codec.ts';
import { portableDecompressors } from '../../compression/portable-decompressors.ts';
import { AppImageError } from '../../errors.ts';
import { type ImageLimits, resolveLimits } from '../../filesystem/image-limits.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { type DirectoryRecord, parseDirectoryRecord } from '../directory-record.ts';
import { parseEntries } from '../system-use/entry.ts';
import { parseSharingProtocol } from '../system-use/sharing-protocol.ts';
import { SECTOR_SIZE, type VolumeDescriptor } from '../volume-descriptor.ts';
import { type DescriptorSet, readDescriptorSet } from './descriptor-set.ts';
import { DirectoryReader } from './directory-reader.ts';
import { FileReader } from './file-reader.ts';
import { Iso9660Image } from './iso9660-image.ts';
import type { Naming } from './node-name.ts';
import { SystemUseReader } from './system-use-reader.ts';

/** Where the entry that announces others may be in the system use field of the root: after the attributes of CD-ROM XA, too. */
const ANNOUNCEMENT_PLACES = [0, 14];

/** Options of {@link openIso9660}. */
export interface OpenIso9660Options extends ReadOptions {
  /** For files that are compressed, `gzip` (zlib) is needed. Default: all methods, by portable means. */
  readonly decompressors?: Decompressors;
  readonly limits?: ImageLimits;
}

/** The tree that is read, and how. */
interface ChosenTree {
  readonly volume: VolumeDescriptor;
  readonly naming: Naming;
  readonly skip: number;
}

/**
 * Opens an ISO 9660 image that begins at offset 0 of `source` (the first 32 KiB may be an executable's). Of its trees the one
 * of Rock Ridge is read, else that of Joliet, else the plain one, whose names end without their version. What follows the
 * image's end is ignored.
 *
 * @throws AppImageError `malformed` when it is not an image or lies about itself, `out-of-bounds` when it is truncated
 */
export async function openIso9660(source: ByteSource, options: OpenIso9660Options = {}): Promise<Iso9660Image> {
  const descriptors = await readDescriptorSet(source, options);
  checkSize(source, descriptors.primary);
  const systemUse = new SystemUseReader({ source, ...descriptors.primary });
  const tree = await chooseTree(source, descriptors, { ...options, systemUse });
  const { volume, naming, skip } = tree;
  const { logicalBlockSize, rootRecord } = volume;
  const limits = resolveLimits(options.limits);
  const directories = new DirectoryReader({ source, logicalBlockSize, systemUse, naming, skip, limits });
  const root = await directories.self(rootRecord.extentLocation + rootRecord.attributeBlocks, options);
  const files = new FileReader({ source, decompressor: (options.decompressors ?? portableDecompressors).gzip });
  const extensions = { rockRidge: naming === 'rock-ridge', joliet: descriptors.joliet?.level };
  return new Iso9660Image({
    ...{ source, extensions, root, directories, systemUse, skip, files, limits },
    volume: descriptors.primary,
  });
}

function checkSize(source: ByteSource, { spaceSize, logicalBlockSize }: VolumeDescriptor): void {
  const length = spaceSize * logicalBlockSize;
  if (length <= source.size) return;
  throw new AppImageError(
    'out-of-bounds',
    `Cannot open ISO 9660 image: it must have ${length} bytes, found ${source.size} (is it truncated?)`,
  );
}

async function chooseTree(
  source: ByteSource,
  { primary, joliet }: DescriptorSet,
  options: ReadOptions & { readonly systemUse: SystemUseReader },
): Promise<ChosenTree> {
  const { logicalBlockSize, rootRecord } = primary;
  const offset = (rootRecord.extentLocation + rootRecord.attributeBlocks) * logicalBlockSize;
  const length = Math.min(SECTOR_SIZE, source.size - offset);
  if (length > 0) {
    const bytes = await source.read(offset, length, options);
    const record = parseDirectoryRecord(bytes.subarray(0, bytes[0]), offset);
    const announcement = findAnnouncement(record);
    if (announcement !== undefined) {
      const onContinuation = () => undefined;
      const { skip } = announcement;
      const found = await options.systemUse.read(record, { ...options, skip: announcement.place, onContinuation });
      // Some writers announce entries, but not what they are for.
      if (found.rockRidge || found.posix !== undefined) return { volume: primary, naming: 'rock-ridge', skip };
    }
  }
  if (joliet !== undefined) return { volume: joliet.volume, naming: 'joliet', skip: 0 };
  return { volume: primary, naming: 'plain', skip: 0 };
}

function findAnnouncement({ systemUse, systemUseOffset }: DirectoryRecord) {
  for (const place of ANNOUNCEMENT_PLACES) {
    if (systemUse[place] !== 0x53 || systemUse[place + 1] !== 0x50) continue; // "SP"
    const [entry] = parseEntries(systemUse.subarray(place), systemUseOffset + place);
    const skip = entry === undefined ? undefined : parseSharingProtocol(entry);
    if (skip !== undefined) return { place, skip };
  }
  return undefined;
}
