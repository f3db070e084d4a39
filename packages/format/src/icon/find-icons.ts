import { AppImageError } from '../errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { Icon, IconPurpose } from './icon.ts';
import { type IconCandidate, listCandidates } from './list-candidates.ts';
import { measureIcon } from './measure-icon.ts';

/** Options of {@link findIcons}. */
export interface FindIconsOptions extends ReadOptions {
  /** More icons than this are an error with the code `limit`. Default 10,000. */
  readonly maxIcons?: number;
}

const PURPOSES: readonly IconPurpose[] = ['application', 'symbolic', 'file-type'];

/** So many files are read at a time: enough that a source far away can answer them together. */
const CONCURRENCY = 8;

/**
 * Finds all icons of an application: its own in every size and place, the first one being that of `findIcon`; then the symbolic
 * ones; then those of file types in the hicolor theme. Reads the beginning of each file once, however many names it has.
 *
 * @param iconName the value of `Icon=` in the desktop entry: a name, one with a suffix, or a path
 * @throws AppImageError as the image does for files that can not be read, `limit` beyond `maxIcons` or for a theme of more
 *   than 256 sizes
 */
export async function findIcons(
  files: ReadonlyFileSystem,
  iconName: string | undefined,
  { maxIcons = 10_000, signal }: FindIconsOptions = {},
): Promise<Icon[]> {
  const candidates = new Map<string, IconCandidate>();
  for await (const candidate of listCandidates(files, iconName, { signal, withFileTypes: true })) {
    if (candidates.has(candidate.path)) continue;
    if (candidates.size >= maxIcons) throw tooMany(maxIcons, candidate.path);
    candidates.set(candidate.path, candidate);
  }
  const icons = await measureAll(files, [...candidates.values()], { signal });
  return icons.toSorted((left, right) => PURPOSES.indexOf(left.purpose) - PURPOSES.indexOf(right.purpose));
}

async function measureAll(
  files: ReadonlyFileSystem,
  candidates: readonly IconCandidate[],
  options: ReadOptions,
): Promise<Icon[]> {
  const measured = new Map<string, Promise<Icon | undefined>>();
  const icons: (Icon | undefined)[] = [];
  for (let index = 0; index < candidates.length; index += CONCURRENCY) {
    const group = candidates.slice(index, index + CONCURRENCY).map(async (candidate) => {
      const measuring = measured.get(candidate.file.path) ?? measureIcon(files, candidate, options);
      measured.set(candidate.file.path, measuring);
      const icon = await measuring;
      return icon && renamed(icon, candidate);
    });
    icons.push(...(await Promise.all(group)));
  }
  return icons.filter((icon) => icon !== undefined);
}

/** What was measured under one name, under another. */
function renamed({ realPath, format, width, height }: Icon, { file: _, ...candidate }: IconCandidate): Icon {
  return { ...candidate, realPath, format, width, height };
}

function tooMany(maximum: number, path: string): AppImageError {
  return new AppImageError('limit', `Cannot find icons: there must be at most ${maximum}, found more`, { path });
}
