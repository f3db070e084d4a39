import type { IconFormat } from './format/icon-description.ts';
import type { Icon, IconPurpose } from './icon.ts';

/** Options of {@link chooseIcon}. */
export interface ChooseIconOptions {
  /** What the caller can show. Default: every format. */
  readonly formats?: readonly IconFormat[];
  /** Default `application`. */
  readonly purpose?: IconPurpose;
}

/** How large an icon is, and what it is made of, as far as known. */
export interface IconFit {
  readonly format: IconFormat | null;
  /** Pixels of the longer side; null where nobody says. */
  readonly pixels: number | null;
}

/** Formats that every desktop shows; pictures in others come last. */
const THEME_FORMATS: ReadonlySet<IconFormat> = new Set(['png', 'svg', 'svgz', 'xpm']);

/**
 * The icon that looks best when it is shown with `size` pixels: one of exactly that size, else a scalable one, else the next
 * larger, else the next smaller. What a PNG or XPM really measures counts, not the folder that it is in. Of equals the first.
 *
 * @throws RangeError for a size that is not positive
 */
export function chooseIcon(
  icons: readonly Icon[],
  size: number,
  { formats, purpose = 'application' }: ChooseIconOptions = {},
): Icon | undefined {
  if (!(size > 0)) throw new RangeError(`Cannot choose icon: size must be a positive number of pixels, found ${size}`);
  const fitting = icons.filter(
    (icon) => icon.purpose === purpose && (formats === undefined || formats.includes(icon.format)),
  );
  const compare = compareFits(size);
  return fitting.toSorted((left, right) => compare(fitOf(left), fitOf(right)))[0];
}

/** Orders icons for `size` pixels as {@link chooseIcon} does, the best first. */
export function compareFits(size: number): (left: IconFit, right: IconFit) => number {
  return (left, right) => {
    const [leftRank, leftDistance] = misfit(left, size);
    const [rightRank, rightDistance] = misfit(right, size);
    return leftRank - rightRank || leftDistance - rightDistance;
  };
}

function fitOf({ format, width, height }: Icon): IconFit {
  return { format, pixels: width === null || height === null ? null : Math.max(width, height) };
}

function misfit({ format, pixels }: IconFit, size: number): [rank: number, distance: number] {
  const isScalable = format === 'svg' || format === 'svgz';
  const penalty = format === null || THEME_FORMATS.has(format) ? 0 : 10;
  if (isScalable) return [1, 0];
  if (pixels === null) return [4 + penalty, 0];
  if (pixels === size) return [penalty, 0];
  return pixels > size ? [2 + penalty, pixels - size] : [3 + penalty, size - pixels];
}
