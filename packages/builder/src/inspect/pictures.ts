import {
  AppImageError,
  describeIcon,
  type IconDescription,
  isAppImageError,
  type ReadOptions,
} from '@appimage-js/format';
import { isRenderable, type RenderableFormat, renderIcon } from '@appimage-js/icon';
import { type AppDir, type AppDirFile, resolveFile } from './app-dir.ts';
import type { DesktopFile } from './desktop-file.ts';
import { type Icon, iconCandidates } from './icon.ts';
import type { LocalFiles } from './local-file.ts';

/** How the image gets its `.DirIcon` and the icon in its root. */
export interface Pictures {
  /** Null where the AppDir's own stays. */
  readonly dirIcon: DirIcon | null;
  /** What `<Icon>.png` in the root leads to; null where the root has its icon, or gets it as it is. */
  readonly rootPng: string | null;
  /** A PNG of 256 pixels for the thumbnails of a shImg that has none; null for others. */
  readonly thumbnail: RenderedPicture | null;
  /** Why something could not be drawn, or not as a whole. */
  readonly problems: readonly PictureProblem[];
}

/** A symlink to a picture that fits, or one that was made. */
export type DirIcon = { readonly target: string; readonly reason: string } | RenderedPicture;

/** A PNG that was made of an icon. */
export interface RenderedPicture {
  readonly bytes: Uint8Array;
  /** The icon, from the AppDir. */
  readonly from: string;
  readonly reason: string;
}

/** An icon that is not, or not wholly, in a picture. */
export interface PictureProblem {
  readonly code: 'icon-not-rendered' | 'icon-text-not-drawn';
  readonly path: string;
  readonly message: string;
}

/** What the pictures are made for. */
export interface PictureOptions extends ReadOptions {
  readonly desktopFile: DesktopFile;
  readonly icon: Icon;
  readonly files: LocalFiles;
  /** Whether the image needs a PNG for thumbnails. */
  readonly needsThumbnail: boolean;
}

/** An icon that was looked into. */
interface DescribedIcon extends IconDescription {
  readonly path: string;
  readonly file: AppDirFile;
}

/** What the specification asks for, in pixels. */
const DIR_ICON_SIZE = 256;
/** Larger ones are a waste in every folder that shows them. */
const LARGEST_DIR_ICON = 512;
/** More is no icon but a mistake. */
const MAXIMUM_FILE_SIZE = 8 * 1024 * 1024;
/** Where the size of a picture is. */
const ICON_HEAD = 16_384;

/**
 * Decides on `.DirIcon` and the icon in the root, and draws what has to be drawn: `.DirIcon` should be a PNG of 256 pixels, and
 * thumbnails are nothing else.
 *
 * @throws AppImageError `limit` for an icon that takes too long
 */
export async function makePictures(appDir: AppDir, options: PictureOptions): Promise<Pictures> {
  return await new PictureMaker(appDir, options).run();
}

class PictureMaker {
  readonly #appDir: AppDir;
  readonly #options: PictureOptions;
  readonly #problems: PictureProblem[] = [];

  constructor(appDir: AppDir, options: PictureOptions) {
    this.#appDir = appDir;
    this.#options = options;
  }

  async run(): Promise<Pictures> {
    const { icon, desktopFile, needsThumbnail } = this.#options;
    const own = icon.hasDirIcon ? await this.#describe('.DirIcon') : undefined;
    const paths = [icon.path, ...iconCandidates(this.#appDir, desktopFile.iconName)];
    const described = await Promise.all([...new Set(paths)].map((path) => this.#describe(path)));
    const best = bestFor(described.filter((each) => each !== undefined));
    const dirIcon = await this.#dirIcon(own, best);
    const thumbnail = needsThumbnail && best !== undefined ? await this.#thumbnail(best, dirIcon) : null;
    return { dirIcon, rootPng: this.#rootPng(best, dirIcon), thumbnail, problems: this.#problems };
  }

  async #dirIcon(own: DescribedIcon | undefined, best: DescribedIcon | undefined): Promise<DirIcon | null> {
    const { icon } = this.#options;
    if (icon.hasDirIcon) {
      if (own === undefined || !isRenderable(own.format) || fits(own)) return null;
      return await this.#render(own, `.DirIcon should be a PNG of ${DIR_ICON_SIZE} pixels, found ${describe(own)}`);
    }
    const reason = 'AppDir has no usable .DirIcon';
    const link = { target: icon.rootName ?? icon.path, reason };
    if (best === undefined) return link;
    if (fits(best)) return best.path === icon.path ? link : { target: best.path, reason };
    return (await this.#render(best, `${reason}; made from ${describe(best)}`)) ?? link;
  }

  async #thumbnail(best: DescribedIcon, dirIcon: DirIcon | null): Promise<RenderedPicture | null> {
    const known = dirIcon !== null && 'bytes' in dirIcon ? await describeIcon(dirIcon.bytes) : undefined;
    if (known?.width === DIR_ICON_SIZE) return dirIcon as RenderedPicture;
    return await this.#render(best, 'thumbnails', DIR_ICON_SIZE);
  }

  /** Where the root has no icon, or one that only few can show. */
  #rootPng(best: DescribedIcon | undefined, dirIcon: DirIcon | null): string | null {
    const { icon } = this.#options;
    const given = icon.rootName ?? icon.path;
    if (/\.(?:png|svg)$/.test(given)) return null;
    if (dirIcon !== null && 'bytes' in dirIcon) return '.DirIcon';
    return best?.format === 'png' ? best.path : null;
  }

  /** Null, and a problem, where the icon can not be drawn. */
  async #render(source: DescribedIcon, reason: string, size = sizeFor(source)): Promise<RenderedPicture | null> {
    const { files, signal } = this.#options;
    const { path, file } = source;
    const contents = files.readStart(file, file.size);
    const format = source.format as RenderableFormat;
    try {
      const bytes = await renderIcon({ contents, format, size, signal });
      if (format === 'svg' && /<(?:\w+:)?text[\s>]/.test(new TextDecoder().decode(contents))) {
        const message = `the text in ${path} is not drawn where a PNG is made of it; turn it into paths`;
        this.#tell({ code: 'icon-text-not-drawn', path, message });
      }
      return { bytes, from: path, reason };
    } catch (error) {
      // How long is too long depends on the machine, and the image must not.
      if (!isAppImageError(error) || error.code === 'limit') throw inFile(error, path);
      this.#tell({
        code: 'icon-not-rendered',
        path,
        message: `${path} is no icon that can be drawn: ${error.message}`,
      });
      return null;
    }
  }

  #tell(problem: PictureProblem): void {
    if (!this.#problems.some(({ code, path }) => code === problem.code && path === problem.path)) {
      this.#problems.push(problem);
    }
  }

  async #describe(path: string): Promise<DescribedIcon | undefined> {
    const found = resolveFile(this.#appDir, path);
    if (found === undefined || found.file.size > MAXIMUM_FILE_SIZE) return undefined;
    const description = await describeIcon(this.#options.files.readStart(found.file, ICON_HEAD));
    return description && { ...description, path: found.path, file: found.file };
  }
}

/** A PNG of the right size, else what has no size, else a larger one, else the largest. */
function bestFor(icons: readonly DescribedIcon[]): DescribedIcon | undefined {
  const renderable = icons.filter(({ format }) => isRenderable(format));
  const png = renderable.filter(({ format }) => format === 'png');
  const larger = png.filter((each) => pixels(each) > DIR_ICON_SIZE).sort((left, right) => pixels(left) - pixels(right));
  const others = [...renderable].sort((left, right) => pixels(right) - pixels(left));
  return (
    png.find((each) => pixels(each) === DIR_ICON_SIZE) ??
    renderable.find(({ format }) => format === 'svg' || format === 'svgz') ??
    larger[0] ??
    others[0]
  );
}

function fits(icon: DescribedIcon): boolean {
  return icon.format === 'png' && pixels(icon) <= LARGEST_DIR_ICON;
}

/** Nothing is gained by making small pictures larger. */
function sizeFor(icon: DescribedIcon): number {
  const isScalable = icon.format === 'svg' || icon.format === 'svgz';
  return isScalable || pixels(icon) === 0 ? DIR_ICON_SIZE : Math.min(DIR_ICON_SIZE, pixels(icon));
}

function pixels({ width, height }: DescribedIcon): number {
  return Math.max(width ?? 0, height ?? 0);
}

function describe(icon: DescribedIcon): string {
  const size = icon.format === 'png' || icon.format === 'xpm' ? ` of ${pixels(icon)} pixels` : '';
  return `${icon.path} (${icon.format.toUpperCase()}${size})`;
}

function inFile(error: unknown, path: string): unknown {
  return isAppImageError(error)
    ? new AppImageError(error.code, `${error.message}, in ${path}`, { path, cause: error })
    : error;
}
