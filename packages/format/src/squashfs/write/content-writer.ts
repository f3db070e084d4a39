import { AppImageError } from '../../errors.ts';
import { bytesContent, type FileContent } from '../../filesystem/input-tree.ts';
import { type ContentIndex, Fingerprinter } from '../../filesystem/write/content-index.ts';
import type { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import type { FragmentPacker } from './fragment-packer.ts';
import { pushBlock } from './stored-block.ts';
import type { FileDataOptions, FilePlace } from './write-file-data.ts';

/** What a {@link ContentWriter} works with. */
export interface ContentWriterOptions extends Omit<FileDataOptions, 'onProgress'> {
  readonly output: OrderedOutput;
  readonly packer: FragmentPacker;
  readonly index: ContentIndex<FilePlace>;
  /** Told how many bytes of content were dealt with. */
  readonly onRead: (count: number) => void;
}

/** Writes the contents of files, each distinct one once. */
export class ContentWriter {
  readonly #options: ContentWriterOptions;
  duplicateBytes = 0;

  constructor(options: ContentWriterOptions) {
    this.#options = options;
  }

  /** Writes one content, or finds where the same was written before. */
  async write(content: FileContent, path: string): Promise<FilePlace> {
    const { index, blockSize, onRead } = this.#options;
    const { size } = content;
    const source = size <= blockSize ? await this.#buffer(content, path) : content;
    let fingerprint: string | undefined;
    if (index.hasSeen(size)) {
      fingerprint = await this.#fingerprint(source, path);
      const known = index.find(size, fingerprint);
      if (known) {
        this.duplicateBytes += size;
        onRead(size);
        return known;
      }
    }
    // What is read a second time is hashed again: remembered is what was packed, not what the file was before.
    const hashed = fingerprint !== undefined && source !== content;
    const fingerprinter = index.expects(size) && !hashed ? this.#fingerprinter() : undefined;
    const place = await this.#pack(source, path, fingerprinter);
    const packed = (await fingerprinter?.finish()) ?? fingerprint;
    if (fingerprint !== undefined && packed !== fingerprint) throw rewritten(path);
    if (packed !== undefined) index.remember(size, packed, place);
    return place;
  }

  async #pack(content: FileContent, path: string, fingerprinter: Fingerprinter | undefined): Promise<FilePlace> {
    const { blockSize, compressor, output, packer, onRead } = this.#options;
    const place: FilePlace = { blocksStart: 0, blockWords: [], sparse: 0, fragment: undefined };
    let blockIndex = 0;
    for await (const piece of this.#pieces(content, path)) {
      await fingerprinter?.add(piece);
      onRead(piece.length);
      if (piece.length < blockSize && this.#sharesTail(content.size)) {
        place.fragment = await packer.add(piece);
      } else if (isAllZeros(piece)) {
        place.sparse += piece.length;
        place.blockWords[blockIndex] = 0;
      } else {
        const at = blockIndex;
        await pushBlock({ output, compressor, content: piece }, (position, blockWord) => {
          if (place.blocksStart === 0) place.blocksStart = position;
          place.blockWords[at] = blockWord;
        });
      }
      blockIndex += 1;
    }
    return place;
  }

  #sharesTail(size: number): boolean {
    const { tailPacking, blockSize } = this.#options;
    return tailPacking === 'always' || (tailPacking === 'small-files' && size < blockSize);
  }

  async #buffer(content: FileContent, path: string): Promise<FileContent> {
    for await (const piece of this.#pieces(content, path)) return bytesContent(piece);
    return bytesContent(new Uint8Array(0));
  }

  async #fingerprint(content: FileContent, path: string): Promise<string> {
    const fingerprinter = this.#fingerprinter();
    for await (const piece of this.#pieces(content, path)) await fingerprinter.add(piece);
    return fingerprinter.finish();
  }

  #fingerprinter(): Fingerprinter {
    return new Fingerprinter(this.#options.sha256);
  }

  /** The content's pieces, checked against what it promised. */
  async *#pieces(content: FileContent, path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const { blockSize, signal } = this.#options;
    const { size } = content;
    let position = 0;
    // What shares its end with others is copied into their block.
    const copied = size < blockSize && this.#sharesTail(size);
    for await (const piece of content.read(blockSize, { signal, copied })) {
      position += piece.length;
      const expected = position <= size && (piece.length === blockSize || position === size);
      if (!expected) throw changed(path, size, position);
      yield piece;
    }
    if (position !== size) throw changed(path, size, position);
  }
}

function rewritten(path: string): AppImageError {
  return new AppImageError(
    'io',
    `Cannot pack ${JSON.stringify(path)}: expected the same content in both readings; the file changed while it was read`,
    { path },
  );
}

function changed(path: string, size: number, found: number): AppImageError {
  return new AppImageError(
    'io',
    `Cannot pack ${JSON.stringify(path)}: expected ${size} bytes, found ${found}; the file changed while it was read`,
    { path },
  );
}
