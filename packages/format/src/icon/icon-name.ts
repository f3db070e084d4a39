/*
 * What `Icon=` of a desktop entry means. Desktop Entry Specification 1.5, "Recognized desktop entry keys", and Icon Theme
 * Specification 0.13, "Icon Lookup": https://specifications.freedesktop.org/icon-theme-spec/latest/
 */

/** The files that an icon's name may stand for. */
export interface IconName {
  /** Path from the root of the image, where a path was given. */
  readonly path: string | null;
  /** Names without folder; the file may have one of these names, or one with a suffix. */
  readonly names: readonly string[];
}

/** The first four are those of the specification, in the order in which they are preferred. */
const SUFFIXES = ['.png', '.svg', '.svgz', '.xpm', '.ico', '.jpg', '.jpeg', '.gif', '.webp'];

/**
 * Reads the value of `Icon=`: a name such as `org.example.App`, which may have spaces; a name with a suffix, which the
 * specification forbids and many have; a path, which from the root of the image is as good as from the root of the system.
 */
export function parseIconName(value: string): IconName {
  const names = value.split('/').filter((name) => name !== '' && name !== '.');
  const last = names.at(-1);
  if (last === undefined || last === '..') return { path: null, names: [] };
  const suffix = SUFFIXES.find((each) => last.toLowerCase().endsWith(each));
  const stem = suffix === undefined ? last : last.slice(0, -suffix.length);
  return {
    path: value.includes('/') ? names.join('/') : null,
    names: stem === '' ? [last] : [...new Set([stem, last])],
  };
}

/** Which icon a file is: that of the application, or the same in the colors of the text; undefined for another one. */
export function matchIconFile(fileName: string, { names }: IconName): 'application' | 'symbolic' | undefined {
  const stem = iconFileStem(fileName) ?? fileName;
  if (names.includes(stem) || (names.includes(fileName) && stem !== fileName)) return 'application';
  return names.some((name) => stem === `${name}-symbolic`) ? 'symbolic' : undefined;
}

/** A file's name without the suffix of an icon; undefined where it has none. */
export function iconFileStem(fileName: string): string | undefined {
  const suffix = SUFFIXES.find((each) => fileName.toLowerCase().endsWith(each));
  return suffix === undefined || suffix.length === fileName.length ? undefined : fileName.slice(0, -suffix.length);
}

/** Position of a file's suffix among those that are preferred; the lower the better. */
export function suffixRank(fileName: string): number {
  const rank = SUFFIXES.findIndex((suffix) => fileName.toLowerCase().endsWith(suffix));
  return rank < 0 ? SUFFIXES.length : rank;
}
