import { chooseIcon, type Icon, isAppImageError, type ReadOptions } from '@appimage-js/format';
import {
  IconRenderer,
  type IconRendererOptions,
  isRenderable,
  type RenderableFormat,
  type RenderIconOptions,
} from '@appimage-js/icon';
import { sha256 } from '../files/hash.ts';

/** An icon that takes longer keeps everything behind it waiting; none does that was not made to. */
const TIME_LIMIT = 10_000;
/** So many drawings are remembered: copies and versions of an application that come together have the same icon. */
const REMEMBERED = 16;
const RENDERABLE: readonly RenderableFormat[] = ['png', 'svg', 'svgz', 'xpm'];

/** An icon as a picture. */
export interface DrawnIcon {
  readonly png: Uint8Array;
  /** Pixels in each direction. */
  readonly size: number;
}

/** Options of {@link IconDrawer.drawBest}. */
export interface DrawBestOptions extends ReadOptions {
  readonly read: (icon: Icon) => Uint8Array | Promise<Uint8Array>;
  /** What was tried in vain is told here. */
  readonly remarks: string[];
}

/** Draws the icons of many images on one thread, which starts with the first of them. */
export class IconDrawer implements AsyncDisposable {
  readonly #renderer: IconRenderer;
  readonly #drawings = new Map<string, Promise<Uint8Array>>();

  constructor({ timeLimit = TIME_LIMIT }: IconRendererOptions = {}) {
    this.#renderer = new IconRenderer({ timeLimit });
  }

  /** Ends the thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#renderer[Symbol.asyncDispose]();
  }

  /**
   * Draws one icon.
   *
   * @throws AppImageError `malformed`, `limit`
   */
  async draw(options: RenderIconOptions): Promise<Uint8Array> {
    const key = `${sha256(options.contents)} ${options.format} ${options.size}`;
    const drawing = this.#drawings.get(key) ?? this.#renderer.render(options);
    this.#drawings.delete(key);
    this.#drawings.set(key, drawing);
    const [oldest] = this.#drawings.keys();
    if (this.#drawings.size > REMEMBERED && oldest !== undefined) this.#drawings.delete(oldest);
    return await drawing;
  }

  /**
   * Draws the application's icon that looks best at a size, and where it can not be drawn, the next best; an icon of pixels is never made
   * larger. `undefined` where there is none.
   */
  async drawBest(
    icons: readonly Icon[],
    size: number,
    { read, remarks, signal }: DrawBestOptions,
  ): Promise<DrawnIcon | undefined> {
    const left = new Set(icons);
    while (true) {
      const icon = chooseIcon([...left], size, { formats: RENDERABLE });
      if (icon === undefined || !isRenderable(icon.format)) return undefined;
      const drawn = Math.min(size, pixelsOf(icon) ?? size);
      try {
        const contents = await read(icon);
        return { png: await this.draw({ contents, format: icon.format, size: drawn, signal }), size: drawn };
      } catch (error) {
        if (!isAppImageError(error) || error.code === 'io') throw error;
        remarks.push(`The icon ${icon.path} can not be drawn: ${error.message}`);
        if (error.code === 'limit') return undefined; // the others may be like it
        left.delete(icon);
      }
    }
  }
}

/** What an icon measures that has a size of its own. */
export function pixelsOf({ format, width, height }: Icon): number | null {
  if (format === 'svg' || format === 'svgz' || width === null || height === null) return null;
  return Math.max(1, width, height);
}
