import { basename } from 'node:path';
import {
  type AppImage,
  computeZsync,
  type ImagePiece,
  mapAppImage,
  type ReadOptions,
  serializeZsync,
} from '@appimage-js/format';
import { nodeHashes, openAppImage } from '@appimage-js/format/node';
import { modelBlockSize } from '../zsync/choose-block-size.ts';
import { type ByteRange, missingRanges } from '../zsync/missing-ranges.ts';
import { type FileChange, fileComparer } from './compare-files.ts';

/** Options of {@link explainDelta}. */
export interface ExplainDeltaOptions extends ReadOptions {
  /** The new image. */
  readonly file: string;
  /** The version that the update starts from. */
  readonly against: string;
  /** Of the control file. Default: as `makeControlFile` chooses it. */
  readonly blockSize?: number | undefined;
}

/** What an update would fetch, and why. */
export interface DeltaReport {
  /** Bytes of the new image that the old one does not have. */
  readonly bytesToFetch: number;
  /** Bytes of the control file, which is fetched besides. */
  readonly controlFileSize: number;
  /** Bytes of the new image. */
  readonly size: number;
  readonly blockSize: number;
  /** What the bytes are, most of them first; their sum is `bytesToFetch`. */
  readonly parts: readonly DeltaPart[];
}

/** Some of the bytes to fetch. */
export interface DeltaPart {
  readonly bytes: number;
  /**
   * The file that they belong to, or which of several small ones in the same block is why; else `runtime` before the payload, `tables` of the file system
   * (names, modes, places of the files), `appendix` behind it. Bytes between two pieces count to the first.
   */
  readonly what: { readonly path: string } | { readonly part: 'runtime' | 'tables' | 'appendix' };
  /** What changed; `moved-along` of parts that are no files: they differ because something else does. */
  readonly reason: FileChange | 'moved-along';
}

/**
 * Says how many bytes an updater would fetch who has an older version, and for which files.
 *
 * @throws AppImageError `io` when a file can not be read, and for images that can not be opened
 */
export async function explainDelta(options: ExplainDeltaOptions): Promise<DeltaReport> {
  const { file, against, signal } = options;
  await using image = await openAppImage(file, { signal });
  await using old = await openAppImage(against, { signal });
  const blockSize = options.blockSize ?? modelBlockSize(image.source.size);
  const control = await computeZsync(image.source, {
    fileName: basename(file),
    mtime: 0,
    blockSize,
    hashes: nodeHashes,
    ...(signal && { signal }),
  });
  const missing = await missingRanges(control, against, signal);
  return {
    bytesToFetch: missing.reduce((total, { length }) => total + length, 0),
    controlFileSize: serializeZsync(control).length,
    size: image.source.size,
    blockSize,
    parts: await attribute(missing, { image, old, signal }),
  };
}

interface Images extends ReadOptions {
  readonly image: AppImage;
  readonly old: AppImage;
}

async function attribute(missing: readonly ByteRange[], { image, old, signal }: Images): Promise<DeltaPart[]> {
  const changeOf = fileComparer(old, image, { signal });
  const parts = new Map<string, DeltaPart>();
  for (const overlaps of overlapsOf(missing, await mapAppImage(image, { signal }))) {
    const covered = await Promise.all(
      overlaps.map(async ({ piece, bytes }) => ({ piece, bytes, part: await partOf(piece, changeOf) })),
    );
    // What a range has of an unchanged neighbour is fetched because ranges are of whole blocks.
    const isEdge = ({ piece, bytes, part }: (typeof covered)[number]): boolean =>
      part.reason === 'repacked' && bytes < piece.length;
    const causes = covered.filter((each) => !isEdge(each)).sort((left, right) => right.bytes - left.bytes);
    const cause = causes.find(({ part }) => isCause(part)) ?? causes[0];
    for (const each of covered) {
      const counted = isEdge(each) && cause !== undefined ? cause.part : each.part;
      const { bytes } = each;
      const key = JSON.stringify([counted.what, counted.reason]);
      parts.set(key, { ...counted, bytes: bytes + (parts.get(key)?.bytes ?? 0) });
    }
  }
  return [...parts.values()].sort((left, right) => right.bytes - left.bytes);
}

type Attribution = Omit<DeltaPart, 'bytes'>;

function isCause({ reason }: Attribution): boolean {
  return reason === 'new' || reason === 'changed';
}

interface Overlap {
  readonly piece: ImagePiece;
  readonly bytes: number;
}

/** By missing range: how many of its bytes each piece has. Both lists are in the order of the image, which the pieces fill. */
function* overlapsOf(
  missing: readonly ByteRange[],
  pieces: readonly ImagePiece[],
): Generator<readonly Overlap[], void, undefined> {
  let index = 0;
  for (const { start, length } of missing) {
    const end = start + length;
    const overlaps: Overlap[] = [];
    while (index > 0 && (pieces[index]?.start ?? 0) > start) index -= 1;
    for (; index < pieces.length; index++) {
      const piece = pieces[index] as ImagePiece;
      const bytes = Math.min(end, piece.start + piece.length) - Math.max(start, piece.start);
      if (bytes > 0) overlaps.push({ piece, bytes });
      if (piece.start + piece.length >= end) break;
    }
    yield overlaps;
  }
}

/** Of small files in one block, the first that changed is why the others are fetched as well. */
async function partOf({ kind, files }: ImagePiece, changeOf: ReturnType<typeof fileComparer>): Promise<Attribution> {
  if (kind !== 'contents') return { what: { part: kind }, reason: 'moved-along' };
  for (const file of files) {
    const reason = await changeOf(file);
    if (reason !== 'repacked') return { what: { path: file.path }, reason };
  }
  return { what: { path: files[0]?.path ?? '' }, reason: 'repacked' };
}
