/*
 * File names in images and on Linux are bytes, not text. Here they travel as strings without loss: bytes that are not
 * valid UTF-8 become the lone surrogates U+DC80..U+DCFF, one each, which valid UTF-8 can never decode to (the scheme of
 * PEP 383). Everything that compares or writes names goes through these functions.
 */

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const ESCAPE = 0xdc00;
const escapedBytes = /[\udc80-\udcff]/;

/** Decodes the bytes of a file name or symlink target; any bytes are accepted and come back from {@link encodeFileName}. */
export function decodeFileName(bytes: Uint8Array): string {
  const ascii = decodeAscii(bytes);
  if (ascii !== undefined) return ascii;
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeEscaped(bytes);
  }
}

/**
 * Decodes many names out of the same bytes, as of a directory's listing. Nearly all names are ASCII, for which one decoding of
 * the whole does.
 */
export class FileNameTable {
  readonly #bytes: Uint8Array;
  #text: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The name in the bytes from `start` to before `end`; as {@link decodeFileName} decodes it. */
  decode(start: number, end: number): string {
    for (let index = start; index < end; index++) {
      if ((this.#bytes[index] as number) >= 0x80) return decodeFileName(this.#bytes.subarray(start, end));
    }
    this.#text ??= strictDecoder.decode(toAscii(this.#bytes));
    return this.#text.slice(start, end);
  }
}

/** A copy in which what is no ASCII, as between the names, is made something that is, so that each byte is one character. */
function toAscii(bytes: Uint8Array): Uint8Array {
  const ascii = new Uint8Array(bytes);
  const words = new Uint32Array(ascii.buffer, 0, Math.floor(ascii.length / 4));
  for (let index = 0; index < words.length; index++) words[index] = (words[index] as number) & 0x7f7f_7f7f;
  for (let index = words.length * 4; index < ascii.length; index++) ascii[index] = (ascii[index] as number) & 0x7f;
  return ascii;
}

/** The bytes of a name that {@link decodeFileName} made, or of any other well-formed string. */
export function encodeFileName(name: string): Uint8Array {
  if (!escapedBytes.test(name)) return encoder.encode(name);
  const parts: number[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) as number;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) parts.push(code - ESCAPE);
    else parts.push(...encoder.encode(character));
  }
  return Uint8Array.from(parts);
}

/** Orders names as their bytes, the order of `strcmp` and of SquashFS directories. */
export function compareFileNames(left: string, right: string): number {
  if (left === right) return 0;
  return compareBytes(encodeFileName(left), encodeFileName(right));
}

/** Lexicographic order of two byte strings. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Most names are short and ASCII; this saves the call into the decoder for them. */
function decodeAscii(bytes: Uint8Array): string | undefined {
  if (bytes.length > 64) return undefined;
  let text = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Decodes the longest valid UTF-8 sequences and escapes the bytes between them. */
function decodeEscaped(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; ) {
    const length = validSequenceLength(bytes, index);
    if (length === 0) {
      text += String.fromCharCode(ESCAPE + (bytes[index] as number));
      index += 1;
    } else {
      text += strictDecoder.decode(bytes.subarray(index, index + length));
      index += length;
    }
  }
  return text;
}

/** Length of the UTF-8 sequence at `index`, 0 where it is not valid. */
function validSequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] as number;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    return strictDecoder.decode(bytes.subarray(index, index + length)).length > 0 && first >= 0xc2 ? length : 0;
  } catch {
    return 0;
  }
}
