import { writeSync } from 'node:fs';
import { blockLength, blockStart, blocksLike, type TargetBlocks } from './target-blocks.ts';

/** Writes blocks into the target, each to all places that want it; those that follow one another go together. */
export class BlockWriter {
  readonly #blocks: TargetBlocks;
  readonly #descriptor: number;
  /** What waits to be written: its place in the target, and in `bytes`. */
  #position = 0;
  #start = 0;
  #end = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(blocks: TargetBlocks, descriptor: number) {
    this.#blocks = blocks;
    this.#descriptor = descriptor;
  }

  /** Takes the content of a block, which must stay as it is until {@link flush}. */
  add(block: number, bytes: Uint8Array, at: number): void {
    for (const twin of blocksLike(this.#blocks, block)) this.#put(twin, bytes, at);
  }

  flush(): void {
    if (this.#end > this.#start) {
      writeFully(this.#descriptor, this.#bytes.subarray(this.#start, this.#end), this.#position);
    }
    this.#start = this.#end;
  }

  #put(block: number, bytes: Uint8Array, at: number): void {
    const position = blockStart(this.#blocks, block);
    const length = blockLength(this.#blocks, block);
    const follows = at === this.#end && position === this.#position + this.#end - this.#start;
    if (bytes === this.#bytes && follows && this.#end > this.#start) {
      this.#end += length;
      return;
    }
    this.flush();
    this.#bytes = bytes;
    this.#position = position;
    this.#start = at;
    this.#end = at + length;
  }
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}
