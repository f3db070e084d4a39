/*
 * Icons below our names in the theme that every other one falls back to. Icon Theme Specification 0.13:
 * https://specifications.freedesktop.org/icon-theme-spec/latest/
 */
import { gunzipSync } from 'node:zlib';
import { isAppImageError } from '@appimage-js/format';
import type { ImageIcon } from '../inspect/image-contents.ts';
import { type PlannedFile, plannedFile } from './planned-file.ts';
import { sanitizeSvg } from './sanitize-svg.ts';

/** The sizes that hicolor lists. */
export const HICOLOR_SIZES: readonly number[] = [16, 22, 24, 32, 36, 48, 64, 72, 96, 128, 192, 256, 512];
/** A picture of more pixels in a direction is refused: it may take gigabytes when it is drawn. */
const MAXIMUM_PIXELS = 2048;
const MAXIMUM_SVG_SIZE = 4 * 1_048_576;
/** Of all pictures together, which a few compressed kilobytes may become. */
const MAXIMUM_TOTAL_SIZE = 32 * 1_048_576;

/** The icons of an image as files. */
export interface PlannedIcons {
  readonly files: readonly PlannedFile[];
  /** Whether one of them shows the application. */
  readonly hasApplication: boolean;
  /** Names that icons of file types have, by those that they had in the image. */
  readonly fileTypeNames: ReadonlyMap<string, string>;
  readonly remarks: readonly string[];
}

/** Plans the icons under `name`: each in the folder of its true size, whatever that in the image was called. */
export function planIcons(name: string, icons: readonly ImageIcon[]): PlannedIcons {
  const files = new Map<string, PlannedFile>();
  const fileTypeNames = new Map<string, string>();
  const remarks: string[] = [];
  let hasApplication = false;
  let left = MAXIMUM_TOTAL_SIZE;
  for (const each of icons) {
    const planned = planPicture(each);
    if (typeof planned === 'string') {
      remarks.push(`The icon ${each.icon.path} is left out: ${planned}`);
      continue;
    }
    left -= planned.content.length;
    if (left < 0) {
      remarks.push(
        `The icon ${each.icon.path} and those after it are left out: they have more than ${MAXIMUM_TOTAL_SIZE} bytes`,
      );
      break;
    }
    const { purpose } = each.icon;
    const stem = stemOf(each.icon.path);
    const ownName = { application: name, symbolic: `${name}-symbolic`, 'file-type': `${name}-${stem}` }[purpose];
    if (purpose === 'file-type' && !/^[\w.+-]{1,128}$/.test(stem)) continue;
    if (purpose === 'file-type') fileTypeNames.set(stem, ownName);
    if (purpose === 'application') hasApplication = true;
    const size = purpose === 'symbolic' && planned.size === 'scalable' ? 'symbolic' : planned.size;
    const context = purpose === 'file-type' ? 'mimetypes' : 'apps';
    const path = `icons/hicolor/${size}/${context}/${ownName}.${planned.suffix}`;
    if (!files.has(path)) files.set(path, plannedFile(path, planned.content)); // the first is the preferred one
  }
  return { files: [...files.values()], hasApplication, fileTypeNames, remarks };
}

/** A picture as it is written, or why it is not. */
function planPicture({
  icon: { format, width, height },
  content,
}: ImageIcon): { readonly size: string; readonly suffix: string; readonly content: Uint8Array } | string {
  if (format === 'svg' || format === 'svgz') {
    try {
      return { size: 'scalable', suffix: 'svg', content: sanitizeSvg(format === 'svg' ? content : gunzip(content)) };
    } catch (error) {
      return isAppImageError(error) ? error.message : 'it can not be decompressed';
    }
  }
  if (format !== 'png') return `themes have PNG and SVG, found ${format}`;
  if (width === null || height === null) return 'it does not tell its size';
  const larger = Math.max(width, height);
  if (larger > MAXIMUM_PIXELS) return `it must have at most ${MAXIMUM_PIXELS} pixels in a direction, found ${larger}`;
  if (Math.min(width, height) * 2 < larger) return `it must be about square, found ${width} x ${height}`;
  const size = HICOLOR_SIZES.findLast((each) => each <= larger) ?? 16;
  return { size: `${size}x${size}`, suffix: 'png', content };
}

function gunzip(content: Uint8Array): Uint8Array {
  return gunzipSync(content, { maxOutputLength: MAXIMUM_SVG_SIZE });
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(/\.[^.]*$/, '');
}
