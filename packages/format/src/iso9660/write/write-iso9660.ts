import type { Compressor } from '../../compression/codec.ts';
import { AppImageError } from '../../errors.ts';
import type { InputDirectory } from '../../filesystem/input-tree.ts';
import type { ContentRank } from '../../filesystem/write/content-order.ts';
import { planInodes } from '../../filesystem/write/plan-inodes.ts';
import { type Sha256, webSha256 } from '../../filesystem/write/sha256.ts';
import type { WriteProgress } from '../../filesystem/write/write-progress.ts';
import type { ByteSink } from '../../io/byte-sink.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import {
  APPLICATION_USE_FIELD,
  APPLICATION_USE_SIZE,
  FIRST_DESCRIPTOR_SECTOR,
  SECTOR_SIZE,
  serializePrimaryDescriptor,
  serializeTerminator,
} from '../volume-descriptor.ts';
import { ZISOFS_BLOCK_SHIFTS } from '../zisofs-header.ts';
import { layOutImage, type MayCompress } from './directory-layout.ts';
import { writeContents } from './write-contents.ts';
import { writeDirectories } from './write-directories.ts';
import { canBeZisofs, type ZisofsOptions } from './zisofs-packer.ts';

/** Bytes before the volume descriptors, which are the writer's to use: that of a type 1 AppImage puts its runtime there. */
export const SYSTEM_AREA_SIZE: number = FIRST_DESCRIPTOR_SECTOR * SECTOR_SIZE;

/** Where in an image the Application Use field begins, 512 bytes in which a type 1 AppImage has its update information. */
export const APPLICATION_USE_OFFSET: number = SYSTEM_AREA_SIZE + APPLICATION_USE_FIELD;

const DEFAULT_VOLUME_ID = 'AppImage';
const MAXIMUM_VOLUME_ID_LENGTH = 32;
const DEFAULT_BLOCK_SIZE = 131_072;
const MAXIMUM_SECTORS = 2 ** 32 - 1;

/** Options of {@link writeIso9660}. */
export interface WriteIso9660Options extends ReadOptions {
  /** Extended attributes are left out: nothing but xorriso knows a place for them. */
  readonly root: InputDirectory;
  /** Where the image goes, from offset 0 on. */
  readonly sink: ByteSink;
  /** Compresses files (zisofs) where that takes less room: `gzip`, which is zlib here. Default: nothing is compressed. */
  readonly compressor?: Compressor;
  /** Bytes that are compressed together: 32, 64 or 128 KiB. Default 128 KiB. */
  readonly blockSize?: number;
  /** At most 32 printable ASCII characters. Default "AppImage". */
  readonly volumeId?: string;
  /** Time of the image's creation in seconds since 1970. Default 0. */
  readonly mkfsTime?: number;
  /** What comes before the image's own data, at most 32,768 bytes: the runtime. Default: zeros. */
  readonly systemArea?: Uint8Array;
  /** What the Application Use field holds, at most 512 bytes: update information. Default: zeros. */
  readonly applicationUse?: Uint8Array;
  /** Contents are stored in the order of these numbers, equal ones in the order of the tree. Default: all are equal. */
  readonly contentRank?: ContentRank;
  /** Hash by which files of the same content are found. Default: WebCrypto's. */
  readonly sha256?: Sha256;
  readonly onProgress?: (progress: WriteProgress) => void;
}

/** What {@link writeIso9660} has written. */
export interface WrittenIso9660 {
  /** Bytes written: whole sectors of 2,048. */
  readonly length: number;
  readonly inodeCount: number;
  /** Offset of the first file content; before it are descriptors and directories. */
  readonly dataOffset: number;
  /** Bytes of file contents in the tree, hard links counted once. */
  readonly contentBytes: number;
  /** Of these, bytes that were not stored because another file has the same content. */
  readonly duplicateBytes: number;
  /** How many files are stored compressed. */
  readonly compressedFiles: number;
}

/**
 * Writes an ISO 9660 image with Rock Ridge 1.12, directories first, as type 1 AppImages have it. The same tree and options
 * give the same bytes, whatever the order in which directories list their entries and however many blocks are compressed at
 * once. Directories may be as deep as they like; files of 4 GiB and more are stored in several extents and not compressed.
 *
 * @throws AppImageError `io` when an input or the sink fails or an input changes, `limit` for what the format can not hold
 * @throws RangeError for options or names that are not valid
 */
export async function writeIso9660(options: WriteIso9660Options): Promise<WrittenIso9660> {
  const { root, sink, signal, mkfsTime = 0, volumeId = DEFAULT_VOLUME_ID, sha256 = webSha256 } = options;
  const { systemArea = new Uint8Array(0), applicationUse = new Uint8Array(0) } = options;
  checkOptions({ mkfsTime, volumeId, systemArea, applicationUse });
  const zisofs = zisofsOptions(options);
  const plan = planInodes(root);
  const mayCompress: MayCompress = ({ node }) =>
    zisofs !== undefined && node.type === 'file' && node.content.size > SECTOR_SIZE && canBeZisofs(node.content.size);

  const layout = layOutImage(plan.root, FIRST_DESCRIPTOR_SECTOR + 2, mayCompress);
  const { onProgress, contentRank } = options;
  const start = layout.dataStart;
  const contents = await writeContents(plan, { sink, start, zisofs, contentRank, sha256, onProgress, signal });
  checkSectors(contents.end);
  const rootRecord = await writeDirectories({ sink, layout, places: contents.places, mayCompress, signal });
  const head = new Uint8Array(SYSTEM_AREA_SIZE + 2 * SECTOR_SIZE);
  head.set(systemArea);
  const descriptor = { ...layout, volumeId, applicationId: '', spaceSize: contents.end, createdAt: mkfsTime };
  head.set(serializePrimaryDescriptor({ ...descriptor, rootRecord, applicationUse }), SYSTEM_AREA_SIZE);
  head.set(serializeTerminator(), SYSTEM_AREA_SIZE + SECTOR_SIZE);
  await sink.write(0, head);

  const { contentBytes, duplicateBytes, places } = contents;
  return {
    length: contents.end * SECTOR_SIZE,
    inodeCount: plan.inodes.length,
    dataOffset: layout.dataStart * SECTOR_SIZE,
    contentBytes,
    duplicateBytes,
    compressedFiles: [...places.values()].filter((place) => place.zisofs !== undefined).length,
  };
}

function zisofsOptions({ compressor, blockSize = DEFAULT_BLOCK_SIZE }: WriteIso9660Options): ZisofsOptions | undefined {
  const { minimum, maximum } = ZISOFS_BLOCK_SHIFTS[1];
  const blockShift = Math.log2(blockSize);
  if (!Number.isInteger(blockShift) || blockShift < minimum || blockShift > maximum) {
    throw invalid(`block size must be ${2 ** minimum}, 65536 or ${2 ** maximum} bytes`, blockSize);
  }
  if (compressor === undefined) return undefined;
  if (compressor.name !== 'gzip') throw invalid('compressor must be gzip', compressor.name);
  return { compressor, blockShift };
}

function checkOptions({
  mkfsTime,
  volumeId,
  systemArea,
  applicationUse,
}: Required<Pick<WriteIso9660Options, 'mkfsTime' | 'volumeId' | 'systemArea' | 'applicationUse'>>): void {
  if (!Number.isInteger(mkfsTime) || mkfsTime < 0 || mkfsTime > 0xffff_ffff) {
    throw invalid(`mkfsTime must be 0 to ${0xffff_ffff}`, mkfsTime);
  }
  if (volumeId.length > MAXIMUM_VOLUME_ID_LENGTH || !/^[ -~]*$/.test(volumeId)) {
    throw invalid(`volumeId must be at most ${MAXIMUM_VOLUME_ID_LENGTH} printable ASCII characters`, volumeId);
  }
  if (systemArea.length > SYSTEM_AREA_SIZE) {
    throw invalid(`systemArea must be at most ${SYSTEM_AREA_SIZE} bytes`, systemArea.length);
  }
  if (applicationUse.length > APPLICATION_USE_SIZE) {
    throw invalid(`applicationUse must be at most ${APPLICATION_USE_SIZE} bytes`, applicationUse.length);
  }
}

function checkSectors(sectors: number): void {
  if (sectors <= MAXIMUM_SECTORS) return;
  throw new AppImageError(
    'limit',
    `Cannot write ISO 9660 image: it holds ${MAXIMUM_SECTORS} sectors, found ${sectors}`,
  );
}

function invalid(rule: string, found: string | number): RangeError {
  return new RangeError(`Cannot write ISO 9660 image: ${rule}, found ${JSON.stringify(found)}`);
}
