/*
 * From the bytes of an XML document to its text. XML 1.0 (fifth edition), 2.11 "End-of-line handling", 4.3.3 "Character
 * encoding in entities" and appendix F: https://www.w3.org/TR/xml/
 */
import { AppImageError } from '../errors.ts';

/** What {@link decodeXml} needs to know of its input. */
export interface DecodeXmlOptions {
  /** Names the document in messages: "AppStream metadata". */
  readonly what: string;
  /** Whether the bytes are only the beginning of the document, so that a character may be cut off at the end. */
  readonly isCut?: boolean;
}

/** The declaration is ASCII in every encoding but UTF-16, and stands at the very beginning. */
const DECLARED_ENCODING = /^<\?xml\s[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/;
const LONGEST_DECLARATION = 256;

/**
 * Decodes a document by its byte order mark, the encoding that it declares, or as UTF-8, and makes every line end in a line
 * feed alone.
 *
 * @throws AppImageError `malformed` for bytes that are no text in that encoding, `unsupported` for an unknown encoding
 */
export function decodeXml(bytes: Uint8Array, { what, isCut = false }: DecodeXmlOptions): string {
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isCut });
    // The parser does this by itself, in time that grows with the square of their number.
    return text.replace(/\r\n?/g, '\n');
  } catch (cause) {
    throw cause instanceof RangeError ? unknownEncoding(encoding, what, cause) : otherBytes(encoding, what, cause);
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0x00 && second === 0x3c) return 'utf-16be';
  if (first === 0x3c && second === 0x00) return 'utf-16le';
  if (first === 0xef && second === 0xbb) return 'utf-8';
  const start = String.fromCharCode(...bytes.subarray(0, LONGEST_DECLARATION));
  const declared = DECLARED_ENCODING.exec(start)?.[1]?.toLowerCase() ?? 'utf-8';
  // Whoever declares UTF-16 in single bytes has converted the file and forgotten the declaration.
  return declared.startsWith('utf-16') ? 'utf-8' : declared;
}

function unknownEncoding(encoding: string, what: string, cause: unknown): AppImageError {
  const found = JSON.stringify(encoding);
  return new AppImageError('unsupported', `Cannot parse ${what}: its encoding must be a known one, found ${found}`, {
    cause,
  });
}

function otherBytes(encoding: string, what: string, cause: unknown): AppImageError {
  return new AppImageError('malformed', `Cannot parse ${what}: expected ${encoding} text, found other bytes`, {
    cause,
  });
}
