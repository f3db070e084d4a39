import { isGif, parseGifSize } from './gif.ts';
import { gunzipStart } from './gunzip-start.ts';
import { isIco, parseIcoSize } from './ico.ts';
import { type IconDescription, startsWith } from './icon-description.ts';
import { isJpeg, parseJpegSize } from './jpeg.ts';
import { isPng, parsePngSize } from './png.ts';
import { parseSvgSize } from './svg.ts';
import { isWebp, parseWebpSize } from './webp.ts';
import { parseXpmSize } from './xpm.ts';

const GZIP_SIGNATURE = [0x1f, 0x8b];

/** The first tag of an SVG comes after some comments and an embedded document type at most. */
const LONGEST_SVG_START = 1_048_576;

/**
 * Tells an icon's format and size from its content; `undefined` for what is no icon. The beginning of the file is enough: 33
 * bytes of a PNG, some kilobytes of most others. Never rejects.
 */
export async function describeIcon(bytes: Uint8Array): Promise<IconDescription | undefined> {
  if (isPng(bytes)) {
    const size = parsePngSize(bytes);
    return size && { format: 'png', ...size };
  }
  if (startsWith(bytes, GZIP_SIGNATURE)) {
    const size = parseSvgSize(await gunzipStart(bytes, LONGEST_SVG_START));
    return size && { format: 'svgz', ...size };
  }
  if (isJpeg(bytes)) return { format: 'jpeg', ...parseJpegSize(bytes) };
  if (isGif(bytes)) return { format: 'gif', ...parseGifSize(bytes) };
  if (isWebp(bytes)) return { format: 'webp', ...parseWebpSize(bytes) };
  if (isIco(bytes)) return { format: 'ico', ...parseIcoSize(bytes) };
  const xpm = parseXpmSize(bytes);
  if (xpm !== undefined) return { format: 'xpm', ...xpm };
  const svg = parseSvgSize(bytes);
  return svg && { format: 'svg', ...svg };
}
