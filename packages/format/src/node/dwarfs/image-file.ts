import { fstatSync } from 'node:fs';
import { readlink, stat } from 'node:fs/promises';
import type { DwarfsImage } from '../../dwarfs/read-dwarfs.ts';
import type { ByteSource, OpenFilePart, ReadOptions } from '../../io/byte-source.ts';
import { sequentialPieces } from '../../io/sequential-pieces.ts';
import { openFileSink } from '../file-sink.ts';

/** An image where a program can read it. */
export interface ImageFile {
  readonly path: string;
  /** Where the image begins in that file. It goes to the file's end. */
  readonly offset: number;
}

/** An image in a source. */
export interface ImagePlace {
  readonly source: ByteSource;
  readonly offset: number;
  readonly image: DwarfsImage;
}

/**
 * The file that has an image: the one that the source reads, where it still has its name and nothing follows the image
 * there, which its tools would take for a part of it; else a copy in `folder`.
 */
export async function imageFile(
  { source, offset, image }: ImagePlace,
  folder: string,
  { signal }: ReadOptions,
): Promise<ImageFile> {
  const inPlace = source.file && (await fileInPlace(source.file, offset, image.length));
  if (inPlace !== undefined) return inPlace;
  const copy = `${folder}/image.dwarfs`;
  await using sink = await openFileSink(copy, { mode: 0o600 });
  let position = 0;
  for await (const piece of sequentialPieces(source, { offset, length: image.length, signal })) {
    await sink.write(position, piece);
    position += piece.length;
  }
  return { path: copy, offset: 0 };
}

/** Only where the system tells the names of open files, as Linux does. */
async function fileInPlace(file: OpenFilePart, imageOffset: number, length: number): Promise<ImageFile | undefined> {
  const offset = file.offset + imageOffset;
  try {
    const path = await readlink(`/proc/self/fd/${file.descriptor}`);
    const named = await stat(path, { bigint: true });
    const open = fstatSync(file.descriptor, { bigint: true });
    const isSame = named.dev === open.dev && named.ino === open.ino;
    return isSame && open.size === BigInt(offset + length) ? { path, offset } : undefined;
  } catch {
    return undefined; // another system, or the file has no name any more
  }
}
