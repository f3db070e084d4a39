import { ioError } from '@appimage-js/format/node';
import type { Assembly } from '../zsync/assembly.ts';
import { BlockWriter } from '../zsync/block-writer.ts';
import { type StrongHash, strongHash } from '../zsync/sums/strong-sums.ts';
import { weakSumAt } from '../zsync/sums/weak-sum-at.ts';
import { blockLength, blocksLike, hasStrongSum, isFound, type TargetBlocks } from '../zsync/target-blocks.ts';

/** Takes bytes as they come from a server, and keeps the blocks whose sums are right. */
export class BlockReceiver {
  /** Blocks whose sums were wrong. */
  wrongBlocks = 0;
  /** Bytes of the blocks that were kept. */
  keptBytes = 0;
  readonly #blocks: TargetBlocks;
  readonly #writer: BlockWriter;
  readonly #path: string;
  readonly #onKept: (bytes: number) => void;
  readonly #strongHash: StrongHash;
  /** A block that has come in part. */
  readonly #partial: Uint8Array;
  #filled = 0;
  /** Where the next byte belongs, and where the next whole block begins. */
  #position = 0;
  #next = 0;

  /** `onKept` is told the bytes of each block that is kept, all of its places together. */
  constructor({ blocks, file }: Pick<Assembly, 'blocks' | 'file'>, path: string, onKept: (bytes: number) => void) {
    this.#onKept = onKept;
    this.#blocks = blocks;
    this.#writer = new BlockWriter(blocks, file.fd);
    this.#path = path;
    this.#strongHash = strongHash(blocks.strongHash, blocks.blockSize);
    this.#partial = new Uint8Array(blocks.blockSize);
  }

  /** What comes next belongs there; the rest of a block before that is of no use. */
  begin(offset: number): void {
    const { blockSize } = this.#blocks;
    this.#filled = 0;
    this.#position = offset;
    this.#next = Math.ceil(offset / blockSize) * blockSize;
  }

  /**
   * Takes the next bytes; those beyond the end of the target are ignored.
   *
   * @throws AppImageError `io` when they can not be written
   */
  add(bytes: Uint8Array): void {
    const { blockSize, length } = this.#blocks;
    let at = Math.min(bytes.length, Math.max(0, this.#next - this.#position));
    const end = Math.min(bytes.length, length - this.#position);
    while (at < end) {
      const block = Math.floor((this.#position + at) / blockSize);
      const size = blockLength(this.#blocks, block);
      if (this.#filled === 0 && size === blockSize && end - at >= size) {
        this.#keep(block, bytes, at);
        at += size;
        continue;
      }
      const piece = bytes.subarray(at, Math.min(end, at + size - this.#filled));
      this.#partial.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled < size) continue;
      this.#partial.fill(0, size);
      this.#keep(block, this.#partial, 0);
      this.#flush(); // before the next block is collected in the same place
      this.#filled = 0;
    }
    this.#position += bytes.length;
    this.#flush();
  }

  #keep(block: number, bytes: Uint8Array, at: number): void {
    const blocks = this.#blocks;
    if (isFound(blocks, block)) return;
    const { blockSize, weak, weakMask } = blocks;
    const sum = (weakSumAt(bytes, at, blockSize) & weakMask) >>> 0;
    if (sum !== weak[block] || !hasStrongSum(blocks, block, this.#strongHash(bytes, at, at + blockSize))) {
      this.wrongBlocks += 1;
      return;
    }
    blocks.found[blocks.classes[block] as number] = 1;
    let kept = 0;
    for (const twin of blocksLike(blocks, block)) kept += blockLength(blocks, twin);
    this.keptBytes += kept;
    this.#onKept(kept);
    this.#writer.add(block, bytes, at);
  }

  #flush(): void {
    try {
      this.#writer.flush();
    } catch (cause) {
      throw ioError(`Cannot write ${this.#path}`, this.#path, cause);
    }
  }
}
