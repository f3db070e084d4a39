import type { Decompressors } from '../../compression/codec.ts';
import { portableDecompressors } from '../../compression/portable-decompressors.ts';
import { AppImageError } from '../../errors.ts';
import { type ImageLimits, resolveLimits } from '../../filesystem/image-limits.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { FRAGMENT_SIZE } from '../fragment.ts';
import { parseSuperblock, SUPERBLOCK_SIZE, type Superblock } from '../superblock.ts';
import { BlockLocator } from './block-locator.ts';
import { FileReader } from './file-reader.ts';
import { ID_SIZE, readIds } from './id-list.ts';
import { LookupTable } from './lookup-table.ts';
import { MetadataReader } from './metadata-reader.ts';
import { SquashfsImage } from './squashfs-image.ts';
import { XattrReader, type XattrReaderOptions } from './xattr-reader.ts';

/** Tables up to this length are fetched at once where each read is dear: most of them are needed anyway. */
const PREFETCHED_TABLES = 1_048_576;

/** Options of {@link openSquashfs}. */
export interface OpenSquashfsOptions extends ReadOptions {
  /** The methods that can be decompressed; the image's own must be among them. Default: all, by portable means. */
  readonly decompressors?: Decompressors;
  readonly limits?: ImageLimits;
}

/**
 * Opens a SquashFS 4.0 image that begins at offset 0 of `source` (see `windowSource` for one inside of another file).
 * What follows the image's end is ignored.
 *
 * @throws AppImageError `malformed` when it is not an image or lies about itself, `out-of-bounds` when it is truncated,
 *   `unsupported` for other versions and for a compression that `decompressors` does not have
 */
export async function openSquashfs(source: ByteSource, options: OpenSquashfsOptions = {}): Promise<SquashfsImage> {
  if (source.size < SUPERBLOCK_SIZE) {
    throw new AppImageError(
      'out-of-bounds',
      `Cannot open SquashFS image: it must have at least ${SUPERBLOCK_SIZE} bytes, found ${source.size} (is it truncated?)`,
    );
  }
  const superblock = parseSuperblock(await source.read(0, SUPERBLOCK_SIZE, options));
  const { compression, bytesUsed, blockSize } = superblock;
  if (bytesUsed > source.size) {
    throw new AppImageError(
      'out-of-bounds',
      `Cannot open SquashFS image: it must have ${bytesUsed} bytes, found ${source.size} (is it truncated?)`,
    );
  }
  const decompressors: Decompressors = options.decompressors ?? portableDecompressors;
  const decompressor = decompressors[compression];
  if (decompressor === undefined) {
    throw new AppImageError(
      'unsupported',
      `Cannot open SquashFS image: its compression must be one of ${Object.keys(decompressors).join(', ')}, found ${compression}`,
    );
  }
  prefetchTables(source, superblock);
  const metadata = new MetadataReader(source, decompressor, bytesUsed);
  const tables = openTables(source, metadata, superblock);
  const locator = new BlockLocator({
    metadata,
    fragments: tables.fragments,
    blockSize,
    sourceSize: source.size,
    inodeTableEnd: superblock.directoryTableStart,
  });
  const image = new SquashfsImage({
    superblock,
    metadata,
    source,
    decompressor,
    locator,
    files: new FileReader({ source, decompressor, blockSize, locator }),
    ids: await readIds(tables.ids, options),
    xattrs: await openXattrs(superblock, { ...options, metadata, sourceSize: source.size }),
    limits: resolveLimits(options.limits),
  });
  const { type } = await image.stat('', options);
  if (type !== 'directory') {
    throw new AppImageError('malformed', `Cannot open SquashFS image: its root must be a directory, found a ${type}`);
  }
  return image;
}

async function openXattrs(
  { xattrTableStart }: Superblock,
  options: Omit<XattrReaderOptions, 'tableStart'>,
): Promise<XattrReader | undefined> {
  return xattrTableStart === undefined ? undefined : XattrReader.open({ ...options, tableStart: xattrTableStart });
}

/** From the inodes to the end: all that stands behind the contents. */
function prefetchTables(source: ByteSource, { inodeTableStart, bytesUsed }: Superblock): void {
  const length = bytesUsed - inodeTableStart;
  if (length <= PREFETCHED_TABLES) source.prefetch?.(inodeTableStart, length);
}

function openTables(source: ByteSource, metadata: MetadataReader, superblock: Superblock) {
  const { idTableStart, idCount, fragmentTableStart, fragmentCount } = superblock;
  const common = { metadata, sourceSize: source.size };
  const ids = new LookupTable({
    ...common,
    pointersStart: idTableStart,
    entrySize: ID_SIZE,
    count: idCount,
    what: 'id table',
  });
  if (fragmentTableStart === undefined || fragmentCount === 0) return { ids, fragments: undefined };
  const fragments = new LookupTable({
    ...common,
    pointersStart: fragmentTableStart,
    entrySize: FRAGMENT_SIZE,
    count: fragmentCount,
    what: 'fragment table',
  });
  return { ids, fragments };
}
