/*
 * MD4 of many short pieces. A library in WebAssembly copies each block into its own memory and its digest out again;
 * here the digest of a block stays four numbers. The steps are written out, because a function for each is more than
 * the compiler is willing to inline. Source: RFC 1320, section 3.4, and its appendix A for the order of the words.
 */

/** Bytes that are taken at once. */
const CHUNK = 64;

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;

/** Whether the machine's numbers have the byte order of MD4's words. */
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Computes MD4 of blocks of one size, which must be a multiple of four bytes, or of anything shorter. */
export class Md4 {
  /** The digest of the block that was hashed last, in MD4's byte order. */
  readonly digest: Uint8Array = new Uint8Array(16);
  readonly #state: Int32Array = new Int32Array(4);
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(blockSize: number) {
    this.#words = new Int32Array((Math.ceil((blockSize + 9) / CHUNK) * CHUNK) / 4);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  /** Hashes the bytes from `start` to `end`, which are no more than the block size; answers {@link digest}. */
  hash(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    const padded = Math.ceil((length + 9) / CHUNK) * CHUNK;
    this.#bytes.set(bytes.subarray(start, end));
    this.#bytes.fill(0, length, padded);
    this.#bytes[length] = 0x80;
    if (!isLittleEndian) swap(this.#bytes.subarray(0, padded));
    this.#words[padded / 4 - 2] = length << 3;
    this.#words[padded / 4 - 1] = Math.floor(length / 2 ** 29);
    const state = this.#state;
    state.set(INITIAL);
    compress(this.#words, padded / 4, state);
    for (let index = 0; index < 16; index++) this.digest[index] = (state[index >> 2] as number) >>> (8 * (index & 3));
    return this.digest;
  }
}

function swap(bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; offset += 4) bytes.subarray(offset, offset + 4).reverse();
}

function compress(words: Int32Array, end: number, state: Int32Array): void {
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  for (let at = 0; at < end; at += 16) {
    const [a0, b0, c0, d0] = [a, b, c, d];
    const x0 = words[at + 0] as number;
    const x1 = words[at + 1] as number;
    const x2 = words[at + 2] as number;
    const x3 = words[at + 3] as number;
    const x4 = words[at + 4] as number;
    const x5 = words[at + 5] as number;
    const x6 = words[at + 6] as number;
    const x7 = words[at + 7] as number;
    const x8 = words[at + 8] as number;
    const x9 = words[at + 9] as number;
    const x10 = words[at + 10] as number;
    const x11 = words[at + 11] as number;
    const x12 = words[at + 12] as number;
    const x13 = words[at + 13] as number;
    const x14 = words[at + 14] as number;
    const x15 = words[at + 15] as number;
    // Round 1
    a = (a + (d ^ (b & (c ^ d))) + x0) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (c ^ (a & (b ^ c))) + x1) | 0;
    d = (d << 7) | (d >>> 25);
    c = (c + (b ^ (d & (a ^ b))) + x2) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (a ^ (c & (d ^ a))) + x3) | 0;
    b = (b << 19) | (b >>> 13);
    a = (a + (d ^ (b & (c ^ d))) + x4) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (c ^ (a & (b ^ c))) + x5) | 0;
    d = (d << 7) | (d >>> 25);
    c = (c + (b ^ (d & (a ^ b))) + x6) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (a ^ (c & (d ^ a))) + x7) | 0;
    b = (b << 19) | (b >>> 13);
    a = (a + (d ^ (b & (c ^ d))) + x8) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (c ^ (a & (b ^ c))) + x9) | 0;
    d = (d << 7) | (d >>> 25);
    c = (c + (b ^ (d & (a ^ b))) + x10) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (a ^ (c & (d ^ a))) + x11) | 0;
    b = (b << 19) | (b >>> 13);
    a = (a + (d ^ (b & (c ^ d))) + x12) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (c ^ (a & (b ^ c))) + x13) | 0;
    d = (d << 7) | (d >>> 25);
    c = (c + (b ^ (d & (a ^ b))) + x14) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (a ^ (c & (d ^ a))) + x15) | 0;
    b = (b << 19) | (b >>> 13);
    // Round 2
    a = (a + ((b & c) | (d & (b | c))) + x0 + 0x5a827999) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + ((a & b) | (c & (a | b))) + x4 + 0x5a827999) | 0;
    d = (d << 5) | (d >>> 27);
    c = (c + ((d & a) | (b & (d | a))) + x8 + 0x5a827999) | 0;
    c = (c << 9) | (c >>> 23);
    b = (b + ((c & d) | (a & (c | d))) + x12 + 0x5a827999) | 0;
    b = (b << 13) | (b >>> 19);
    a = (a + ((b & c) | (d & (b | c))) + x1 + 0x5a827999) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + ((a & b) | (c & (a | b))) + x5 + 0x5a827999) | 0;
    d = (d << 5) | (d >>> 27);
    c = (c + ((d & a) | (b & (d | a))) + x9 + 0x5a827999) | 0;
    c = (c << 9) | (c >>> 23);
    b = (b + ((c & d) | (a & (c | d))) + x13 + 0x5a827999) | 0;
    b = (b << 13) | (b >>> 19);
    a = (a + ((b & c) | (d & (b | c))) + x2 + 0x5a827999) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + ((a & b) | (c & (a | b))) + x6 + 0x5a827999) | 0;
    d = (d << 5) | (d >>> 27);
    c = (c + ((d & a) | (b & (d | a))) + x10 + 0x5a827999) | 0;
    c = (c << 9) | (c >>> 23);
    b = (b + ((c & d) | (a & (c | d))) + x14 + 0x5a827999) | 0;
    b = (b << 13) | (b >>> 19);
    a = (a + ((b & c) | (d & (b | c))) + x3 + 0x5a827999) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + ((a & b) | (c & (a | b))) + x7 + 0x5a827999) | 0;
    d = (d << 5) | (d >>> 27);
    c = (c + ((d & a) | (b & (d | a))) + x11 + 0x5a827999) | 0;
    c = (c << 9) | (c >>> 23);
    b = (b + ((c & d) | (a & (c | d))) + x15 + 0x5a827999) | 0;
    b = (b << 13) | (b >>> 19);
    // Round 3
    a = (a + (b ^ c ^ d) + x0 + 0x6ed9eba1) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (a ^ b ^ c) + x8 + 0x6ed9eba1) | 0;
    d = (d << 9) | (d >>> 23);
    c = (c + (d ^ a ^ b) + x4 + 0x6ed9eba1) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (c ^ d ^ a) + x12 + 0x6ed9eba1) | 0;
    b = (b << 15) | (b >>> 17);
    a = (a + (b ^ c ^ d) + x2 + 0x6ed9eba1) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (a ^ b ^ c) + x10 + 0x6ed9eba1) | 0;
    d = (d << 9) | (d >>> 23);
    c = (c + (d ^ a ^ b) + x6 + 0x6ed9eba1) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (c ^ d ^ a) + x14 + 0x6ed9eba1) | 0;
    b = (b << 15) | (b >>> 17);
    a = (a + (b ^ c ^ d) + x1 + 0x6ed9eba1) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (a ^ b ^ c) + x9 + 0x6ed9eba1) | 0;
    d = (d << 9) | (d >>> 23);
    c = (c + (d ^ a ^ b) + x5 + 0x6ed9eba1) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (c ^ d ^ a) + x13 + 0x6ed9eba1) | 0;
    b = (b << 15) | (b >>> 17);
    a = (a + (b ^ c ^ d) + x3 + 0x6ed9eba1) | 0;
    a = (a << 3) | (a >>> 29);
    d = (d + (a ^ b ^ c) + x11 + 0x6ed9eba1) | 0;
    d = (d << 9) | (d >>> 23);
    c = (c + (d ^ a ^ b) + x7 + 0x6ed9eba1) | 0;
    c = (c << 11) | (c >>> 21);
    b = (b + (c ^ d ^ a) + x15 + 0x6ed9eba1) | 0;
    b = (b << 15) | (b >>> 17);
    a = (a + a0) | 0;
    b = (b + b0) | 0;
    c = (c + c0) | 0;
    d = (d + d0) | 0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
