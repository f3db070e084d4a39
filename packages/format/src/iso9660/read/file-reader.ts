import type { Decompressor } from '../../compression/codec.ts';
import { AppImageError } from '../../errors.ts';
import type { FileRange } from '../../filesystem/readonly-file-system.ts';
import { resolveRange } from '../../filesystem/resolve-range.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import type { IsoNode } from './iso-node.ts';
import { readAhead } from './read-ahead.ts';
import { StoredFile } from './stored-file.ts';
import { ZisofsReader } from './zisofs-reader.ts';

/** How much of a file that is not compressed is read at once, and in what pieces it is handed on. */
const BATCH_BYTES = 2 * 1_048_576;
const PIECE_BYTES = 131_072;

/** What a {@link FileReader} works on. */
export interface FileReaderOptions {
  readonly source: ByteSource;
  /** For files that are compressed. */
  readonly decompressor: Decompressor | undefined;
}

/** Reads the contents of regular files. */
export class FileReader {
  readonly #options: FileReaderOptions;

  constructor(options: FileReaderOptions) {
    this.#options = options;
  }

  /** The bytes of a range of the file, a block at a time. */
  async *read(node: IsoNode, range: FileRange = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { start, end, signal } = resolveRange(range, node.stat.size);
    if (node.obstacle !== undefined) throw new AppImageError('unsupported', `Cannot read file: ${node.obstacle}`);
    const stored = new StoredFile(this.#options.source, node.extents);
    if (node.zisofs === undefined) {
      yield* readPlain(stored, { start, end, signal });
      return;
    }
    const { decompressor } = this.#options;
    const reader = new ZisofsReader(stored, node.zisofs, { decompressor, signal });
    let position = start;
    for await (const block of reader.blocks(start, end)) {
      const blockStart = position - (position % reader.blockSize);
      const piece = block.subarray(position - blockStart, end - blockStart);
      yield piece;
      position += piece.length;
    }
  }
}

/** A stretch of a file. */
interface Stretch {
  readonly position: number;
  readonly length: number;
}

function readPlain(
  stored: StoredFile,
  { start, end, ...options }: ReadOptions & { readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  return readAhead(cut(start, end, BATCH_BYTES), async ({ position, length }) => {
    const bytes = await stored.read(position, length, options);
    return [...cut(0, length, PIECE_BYTES)].map((piece) =>
      bytes.subarray(piece.position, piece.position + piece.length),
    );
  });
}

function* cut(start: number, end: number, size: number): Generator<Stretch, void, undefined> {
  for (let position = start; position < end; position += size) {
    yield { position, length: Math.min(size, end - position) };
  }
}
