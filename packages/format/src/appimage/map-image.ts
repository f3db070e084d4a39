import type { FileEntry } from '../filesystem/readonly-file-system.ts';
import type { StoredBlock } from '../filesystem/stored-contents.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { AppImage } from './open-appimage.ts';

/** A piece of an image, and what is in it. */
export interface ImagePiece {
  readonly start: number;
  readonly length: number;
  readonly kind: 'runtime' | 'contents' | 'tables' | 'appendix';
  /** Of `contents`: the files whose bytes are in this block, one of them unless they are small or the same. */
  readonly files: readonly FileEntry[];
}

/** Files whose blocks are looked up at once. */
const AT_ONCE = 1000;

/**
 * Says what each byte of an image is: the runtime before the payload, blocks of files, the tables of the file system, what lies behind it:
 * padding, or the zip of a shImg.
 * Where the payload does not tell where its blocks are, all of it is `tables`.
 *
 * @throws AppImageError when the image can not be read
 */
export async function mapAppImage(image: AppImage, { signal }: ReadOptions = {}): Promise<ImagePiece[]> {
  const { payload, source } = image;
  if (payload === null) return [{ start: 0, length: source.size, kind: 'runtime', files: [] }];
  const { offset } = payload;
  const end = payload.length === null ? source.size : offset + payload.length;
  const pieces: ImagePiece[] = [];
  const add = (kind: ImagePiece['kind'], start: number, until: number): void => {
    if (until > start) pieces.push({ start, length: until - start, kind, files: [] });
  };
  add('runtime', 0, offset);
  let position = offset;
  for (const { block, files } of await storedBlocks(image, signal)) {
    const start = offset + block.start;
    if (start < position || start + block.storedLength > end) continue; // overlapping ones are counted once
    add('tables', position, start);
    pieces.push({ start, length: block.storedLength, kind: 'contents', files });
    position = start + block.storedLength;
  }
  add('tables', position, end);
  add('appendix', end, source.size);
  return pieces;
}

interface FilledBlock {
  readonly block: StoredBlock;
  readonly files: FileEntry[];
}

/** Each stored block once, in the order of the image. */
async function storedBlocks({ files, problem }: AppImage, signal: AbortSignal | undefined): Promise<FilledBlock[]> {
  const { stored } = files;
  if (problem !== undefined || stored === undefined) return [];
  const byStart = new Map<number, FilledBlock>();
  const seen = new Set<number>();
  let count = 0;
  for await (const entry of files.walk({ signal })) {
    if (entry.stat.type !== 'file' || seen.has(entry.stat.inode)) continue;
    if (entry.stat.links > 1) seen.add(entry.stat.inode);
    if (++count % AT_ONCE === 0) signal?.throwIfAborted();
    for await (const run of stored.blocks(entry, { signal })) {
      for (const block of run) {
        const known = byStart.get(block.start);
        if (known === undefined) byStart.set(block.start, { block, files: [entry] });
        else if (known.files.at(-1) !== entry) known.files.push(entry);
      }
    }
  }
  return [...byStart.values()].sort((left, right) => left.block.start - right.block.start);
}
