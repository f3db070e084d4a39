import type { Compressor } from '../../compression/codec.ts';
import type { OrderedOutput } from '../../filesystem/write/ordered-output.ts';
import type { FragmentPlace } from '../file-inode.ts';
import type { Fragment } from '../fragment.ts';
import { pushBlock } from './stored-block.ts';

/** Gathers the ends of files into blocks that they share. */
export class FragmentPacker {
  readonly #output: OrderedOutput;
  readonly #compressor: Compressor;
  readonly #blockSize: number;
  /** The fragment table; complete once everything was written. */
  readonly fragments: Fragment[] = [];
  #block: Uint8Array;
  #filled = 0;
  #index = 0;

  constructor(output: OrderedOutput, { compressor, blockSize }: { compressor: Compressor; blockSize: number }) {
    this.#output = output;
    this.#compressor = compressor;
    this.#blockSize = blockSize;
    this.#block = new Uint8Array(blockSize);
  }

  /** Puts the end of a file, shorter than a block, where there is room for it. */
  async add(tail: Uint8Array): Promise<FragmentPlace> {
    if (this.#filled + tail.length > this.#blockSize) await this.flush();
    const place = { index: this.#index, offset: this.#filled };
    this.#block.set(tail, this.#filled);
    this.#filled += tail.length;
    return place;
  }

  /** Writes the block that is being filled. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    const content = this.#block.subarray(0, this.#filled);
    const index = this.#index;
    this.#block = new Uint8Array(this.#blockSize);
    this.#filled = 0;
    this.#index += 1;
    await pushBlock({ output: this.#output, compressor: this.#compressor, content }, (start, blockWord) => {
      this.fragments[index] = { start, blockWord };
    });
  }
}
