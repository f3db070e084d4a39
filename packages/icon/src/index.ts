/**
 * Draws icons of applications (SVG, PNG, XPM) as PNG, whoever they come from.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { describeIcon } from '@appimage-js/format';
 * import { isRenderable, renderIcon } from '@appimage-js/icon';
 *
 * export async function drawIcon(path: string): Promise<Uint8Array | undefined> {
 *   const contents = await readFile(path);
 *   const { format = '' } = (await describeIcon(contents)) ?? {};
 *   return isRenderable(format) ? await renderIcon({ contents, format, size: 256 }) : undefined;
 * }
 * ```
 *
 * @module
 */
export { IconRenderer, type IconRendererOptions } from './icon-renderer.ts';
export { renderIcon } from './render-icon.ts';
export { isRenderable, type RenderableFormat, type RenderIconOptions } from './render-task.ts';
