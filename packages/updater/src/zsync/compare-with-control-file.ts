import { createHash } from 'node:crypto';
import type { ReadOptions, ZsyncControl } from '@appimage-js/format';
import { openFileSource } from '@appimage-js/format/node';

/** What a file on disk is to a control file. */
export interface ControlFileComparison {
  /** Undefined when the control file has no hash of the whole file to compare with. */
  readonly isSame: boolean | undefined;
  /** Of the file on disk, in hexadecimal digits; undefined where its length already tells the two apart. */
  readonly sha1: string | undefined;
}

const PIECE_LENGTH = 1_048_576;

/**
 * Tells whether a file is the one that a control file describes, by its length and by SHA-256, or else SHA-1.
 *
 * @throws AppImageError `io` when the file can not be read
 */
export async function compareWithControlFile(
  path: string,
  control: ZsyncControl,
  { signal }: ReadOptions = {},
): Promise<ControlFileComparison> {
  await using source = await openFileSource(path, { signal });
  if (source.size !== control.length) return { isSame: false, sha1: undefined };
  const sha256 = control.fileHashes.find(({ algorithm }) => algorithm === 'SHA-256')?.digest;
  const hashes = [createHash('sha1'), createHash('sha256')];
  for (let offset = 0; offset < source.size; offset += PIECE_LENGTH) {
    const piece = await source.read(offset, Math.min(PIECE_LENGTH, source.size - offset), { signal });
    for (const hash of hashes) hash.update(piece);
  }
  const [ours = '', longer = ''] = hashes.map((hash) => hash.digest('hex'));
  if (sha256 !== undefined) return { isSame: sha256 === longer, sha1: ours };
  return { isSame: control.sha1 === null ? undefined : control.sha1 === ours, sha1: ours };
}
