import { RecordReader } from '../io/record-reader.ts';

/** Formats of icons, told by content. */
export type IconFormat = 'png' | 'svg' | 'svgz' | 'xpm';

/** What an icon's own bytes say about it. */
export interface IconDescription {
  readonly format: IconFormat;
  /** Pixels; null where the icon does not say. */
  readonly width: number | null;
  readonly height: number | null;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GZIP_SIGNATURE = [0x1f, 0x8b];

/** Tells an icon's format and size; `undefined` for what is no icon. */
export function describeIcon(bytes: Uint8Array): IconDescription | undefined {
  if (startsWith(bytes, PNG_SIGNATURE)) return describePng(bytes);
  if (startsWith(bytes, GZIP_SIGNATURE)) return { format: 'svgz', width: null, height: null };
  const text = new TextDecoder().decode(bytes.subarray(0, 65_536));
  if (text.startsWith('/* XPM */')) return describeXpm(text);
  return describeSvg(text);
}

/** PNG (W3C), 11.2.1: the first chunk is IHDR, and begins with width and height. */
function describePng(bytes: Uint8Array): IconDescription | undefined {
  if (bytes.length < 24) return undefined;
  const record = new RecordReader(bytes, { what: 'PNG', byteOrder: 'big-endian' });
  record.skip(16); //                  0  signature, length and type of IHDR
  const width = record.uint32(); //   16  Width
  const height = record.uint32(); //  20  Height
  return { format: 'png', width, height };
}

/** XPM 3: the first string holds "width height colors characters-per-pixel". */
function describeXpm(text: string): IconDescription {
  const values = /"\s*(\d+)\s+(\d+)\s/.exec(text);
  return { format: 'xpm', width: toPixels(values?.[1]), height: toPixels(values?.[2]) };
}

function describeSvg(text: string): IconDescription | undefined {
  const tag = /<(?:\w+:)?svg\b[^<>]*>/.exec(text)?.[0];
  if (tag === undefined) return undefined;
  const viewBox = /\sviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.e]+)[\s,]+([\d.e]+)/.exec(tag);
  const width = toPixels(/\swidth\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']/.exec(tag)?.[1]) ?? toPixels(viewBox?.[1]);
  const height = toPixels(/\sheight\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']/.exec(tag)?.[1]) ?? toPixels(viewBox?.[2]);
  return { format: 'svg', width, height };
}

function toPixels(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
