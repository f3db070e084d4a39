import type { ReadOptions } from '@appimage-js/format';

/** Formats that can be rendered, named as `describeIcon` names them. */
export type RenderableFormat = 'png' | 'svg' | 'svgz' | 'xpm';

/** What is drawn, and how large. */
export interface RenderIconOptions extends ReadOptions {
  /** The whole file, at most 32 MiB. */
  readonly contents: Uint8Array;
  readonly format: RenderableFormat;
  /** Pixels in each direction, 1 to 1024. */
  readonly size: number;
}

/** What the thread is given. */
export type RenderTask = Pick<RenderIconOptions, 'contents' | 'format' | 'size'>;

/** What the thread answers; one that is `spent` holds memory that it can not give back, and is to be ended. */
export type RenderReply = ({ readonly png: Uint8Array } | { readonly problem: string }) & { readonly spent: boolean };

const RENDERABLE: ReadonlySet<string> = new Set<RenderableFormat>(['png', 'svg', 'svgz', 'xpm']);

/** Whether an icon of that format, as `describeIcon` names it, can be rendered. */
export function isRenderable(format: string): format is RenderableFormat {
  return RENDERABLE.has(format);
}
