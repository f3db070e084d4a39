/* Several parts of a file in one answer. RFC 9110, section 14.6; RFC 2046, section 5.1. */
import { type ContentRange, parseContentRange } from './content-range.ts';

/** Who is told what a body has. */
export interface PartReceiver {
  /** A part begins. */
  begin(range: ContentRange): void;
  /** Its bytes, in pieces. */
  add(bytes: Uint8Array): void;
}

/** The boundary between the parts, from the value of `Content-Type`; undefined when there are no parts. */
export function multipartBoundary(contentType: string | null): string | undefined {
  const [, quoted, plain] =
    /^\s*multipart\/(?:x-)?byteranges\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(
      contentType ?? '',
    ) ?? [];
  return quoted ?? plain;
}

/** Bytes of the lines between two parts. */
const LONGEST_HEAD = 16_384;

/** Takes a body apart as it comes. The length of each part is that of its range, so its bytes are not searched. */
export class MultipartParser {
  readonly #receiver: PartReceiver;
  readonly #boundary: string;
  /** What has come of the lines before a part, one character a byte. */
  #head = '';
  #left = 0;
  #isOver = false;

  constructor(boundary: string, receiver: PartReceiver) {
    this.#boundary = boundary;
    this.#receiver = receiver;
  }

  /** Whether the closing line has come. */
  get isComplete(): boolean {
    return this.#isOver;
  }

  /** Takes more of the body; answers false for what is no such body. */
  add(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length && !this.#isOver) {
      if (this.#left > 0) {
        const part = bytes.subarray(at, at + this.#left);
        this.#receiver.add(part);
        this.#left -= part.length;
        at += part.length;
      } else {
        // A head ends with an empty line; a byte at a time, because what follows belongs to the part.
        this.#head += String.fromCharCode(bytes[at++] as number);
        if (this.#head.length > LONGEST_HEAD || !this.#readHead()) return false;
      }
    }
    return true;
  }

  /** Reads the lines before a part once an empty one has ended them; false when they do not say which part it is. */
  #readHead(): boolean {
    const head = this.#head;
    if (head.endsWith(`--${this.#boundary}--`)) this.#isOver = true;
    if (!(head.endsWith('\n\n') || head.endsWith('\n\r\n'))) return true;
    this.#head = '';
    const lines = head.split(/\r?\n/);
    const start = lines.indexOf(`--${this.#boundary}`);
    if (start < 0) return true; // text before the first part
    const field = lines.slice(start).find((line) => /^content-range:/i.test(line));
    const range = parseContentRange(field?.replace(/^[^:]*:/, '') ?? null);
    if (range === undefined) return false;
    this.#left = range.last - range.first + 1;
    this.#receiver.begin(range);
    return true;
  }
}
