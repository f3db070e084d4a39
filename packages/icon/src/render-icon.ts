import { IconRenderer } from './icon-renderer.ts';
import type { RenderIconOptions } from './render-task.ts';

/**
 * Draws an icon as a square PNG: in its proportions, in the middle, on a transparent ground, made smaller or larger as needed. The
 * same icon gives the same bytes on every machine, since WebAssembly and plain arithmetic draw it.
 *
 * The icon may be anybody's: it is drawn on a thread that is ended where it takes too long. Nothing that it refers to outside
 * of itself is loaded, and its text is not drawn, as there are no fonts.
 *
 * @example
 * ```ts
 * import { renderIcon } from '@appimage-js/icon';
 *
 * const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"><rect width="2" height="1" fill="red"/></svg>';
 * const png = await renderIcon({ contents: new TextEncoder().encode(svg), format: 'svg', size: 256 });
 * ```
 *
 * @throws AppImageError `malformed` for what can not be drawn, `limit` for what is too large or takes too long, `unsupported` where
 *   this package was made a part of another file without its thread
 * @throws RangeError for a size that is not 1 to 1024
 */
export async function renderIcon(options: RenderIconOptions): Promise<Uint8Array> {
  await using renderer = new IconRenderer();
  return await renderer.render(options);
}
