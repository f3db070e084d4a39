import { concatBytes } from '../../io/concat-bytes.ts';
import { encodeHex } from '../../io/hex.ts';
import type { Sha256 } from './sha256.ts';

/** Finds contents that were written before. Only contents of a length that occurs more than once are worth a hash. */
export class ContentIndex<Place> {
  readonly #expected = new Map<number, number>();
  readonly #seen = new Set<number>();
  readonly #places = new Map<string, Place>();

  /** `sizes` are the lengths of all contents to come. */
  constructor(sizes: readonly number[]) {
    for (const size of sizes) this.#expected.set(size, (this.#expected.get(size) ?? 0) + 1);
  }

  /** Whether another content of that length comes or came. */
  expects(size: number): boolean {
    return (this.#expected.get(size) ?? 0) > 1;
  }

  /** Whether one of that length was remembered. */
  hasSeen(size: number): boolean {
    return this.#seen.has(size);
  }

  find(size: number, fingerprint: string): Place | undefined {
    return this.#places.get(keyOf(size, fingerprint));
  }

  remember(size: number, fingerprint: string, place: Place): void {
    this.#seen.add(size);
    this.#places.set(keyOf(size, fingerprint), place);
  }
}

/** The length belongs to it: one piece may consist of what are the hashes of another content's pieces. */
function keyOf(size: number, fingerprint: string): string {
  return `${size} ${fingerprint}`;
}

/** Computes a content's fingerprint piece by piece: the hash of its pieces' hashes. */
export class Fingerprinter {
  readonly #sha256: Sha256;
  readonly #hashes: Uint8Array[] = [];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  async add(piece: Uint8Array): Promise<void> {
    this.#hashes.push(await this.#sha256(piece));
  }

  async finish(): Promise<string> {
    if (this.#hashes.length === 1) return encodeHex(this.#hashes[0] as Uint8Array);
    return encodeHex(await this.#sha256(concatBytes(this.#hashes)));
  }
}
