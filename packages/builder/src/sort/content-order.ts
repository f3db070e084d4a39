import type { ContentRank, InputDirectory, InputFile, ReadOptions } from '@appimage-js/format';
import { type SortEntry, sortListRank } from './sort-list.ts';
import { filesAtStart } from './start-files.ts';

/** In which order the contents of files are stored, where nobody lists them. */
export type SortProfile = (typeof SORT_PROFILES)[number];

/**
 * All that {@link SortProfile} can be: `name`, folder by folder; `start`, what is read when the application starts before the rest, so
 * that it lies together.
 */
export const SORT_PROFILES = ['name', 'start'] as const;

/** A profile, or a list of paths with priorities. */
export type SortOrder = SortProfile | readonly SortEntry[];

/**
 * Checks an order before anything is written.
 *
 * @throws RangeError for a profile that there is none of
 */
export function checkedOrder(order: SortOrder): SortOrder {
  if (typeof order !== 'string' || SORT_PROFILES.includes(order)) return order;
  throw new RangeError(`Cannot sort contents: order must be ${SORT_PROFILES.join(' or ')}, or a list, found ${order}`);
}

/**
 * Finds out where the content of each file belongs; undefined where the order is that of the tree. The same tree gives the same
 * order, whatever the order in which directories list their entries.
 */
export async function contentRanks(
  root: InputDirectory,
  order: SortOrder,
  { signal }: ReadOptions = {},
): Promise<ContentRank | undefined> {
  if (typeof order !== 'string') return sortListRank(root, order);
  return order === 'start' ? ranksOf(await filesAtStart(root, { signal })) : undefined;
}

/** What is not among them comes behind. */
function ranksOf(files: readonly InputFile[]): ContentRank {
  const ranks = new Map<InputFile, number>();
  for (const file of files) if (!ranks.has(file)) ranks.set(file, ranks.size);
  return (file) => ranks.get(file) ?? ranks.size;
}
