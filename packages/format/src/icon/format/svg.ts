/*
 * SVG: the size is in the first tag. SVG 2, 8.2 "The initial viewport": https://www.w3.org/TR/SVG2/coords.html
 */
import { isAppImageError } from '../../errors.ts';
import { decodeXml } from '../../xml/decode-xml.ts';
import { parseRootTag } from '../../xml/parse-xml.ts';
import { firstTag } from '../../xml/scan-tags.ts';
import type { IconSize } from './icon-description.ts';
import { parseLength, parseViewBox } from './svg-length.ts';

const WHAT = 'SVG';
const TAG_NAME = /^<(?:[\w.-]+:)?svg(?=[\s/>])/;
const LENIENT_ATTRIBUTE = /\s(width|height|viewBox)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

/**
 * The size of a picture of which `bytes` may be no more than the beginning: `width` and `height`, what is missing by the
 * proportions of the `viewBox`, or its size. `undefined` for what is not SVG, and where the first tag is not in the bytes.
 */
export function parseSvgSize(bytes: Uint8Array): IconSize | undefined {
  if (!mayBeXml(bytes)) return undefined;
  const attributes = strictAttributes(bytes) ?? lenientAttributes(bytes);
  return attributes && sizeOf(attributes);
}

/** White space, a byte order mark, or `<`, in any encoding. */
function mayBeXml(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  return [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x3c, 0xef, 0xfe, 0xff].includes(first) && bytes.length > 0;
}

function strictAttributes(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  try {
    const root = parseRootTag(decodeXml(bytes, { what: WHAT, isCut: true }), WHAT);
    return root !== undefined && /^(?:.*:)?svg$/s.test(root.name) ? root.attributes : undefined;
  } catch (error) {
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}

/** For files that no XML parser takes and pictures are drawn from all the same. */
function lenientAttributes(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const text = new TextDecoder().decode(bytes);
  const first = firstTag(text);
  if (first === undefined) return undefined;
  const tag = text.slice(first.start, first.end);
  if (!TAG_NAME.test(tag)) return undefined;
  const attributes = [...tag.matchAll(LENIENT_ATTRIBUTE)];
  return new Map(attributes.map(([, name = '', double, single, bare]) => [name, double ?? single ?? bare ?? '']));
}

function sizeOf(attributes: ReadonlyMap<string, string>): IconSize {
  const width = parseLength(attributes.get('width'));
  const height = parseLength(attributes.get('height'));
  const box = parseViewBox(attributes.get('viewBox'));
  if (box === null || (width !== null && height !== null)) return { width, height };
  if (width !== null) return { width, height: round((width * box.height) / box.width) };
  if (height !== null) return { width: round((height * box.width) / box.height), height };
  return box;
}

function round(length: number): number {
  return Math.round(length * 1000) / 1000;
}
