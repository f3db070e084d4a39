import type { ContentRank, InputDirectory, InputFile, ReadOptions } from '@appimage-js/format';
import { compareFileNames } from '@appimage-js/format';
import { walkInput } from './input-paths.ts';
import { type SortEntry, sortListRank } from './sort-list.ts';
import { filesAtStart } from './start-files.ts';

/** In which order the contents of files are stored, where nobody lists them. */
export type SortProfile = (typeof SORT_PROFILES)[number];

/**
 * All that {@link SortProfile} can be: `name`, folder by folder; `start`, what is read when the application starts before the rest, so
 * that it lies together; `type`, files of the same suffix next to each other, so that small ones are compressed together.
 */
export const SORT_PROFILES = ['name', 'start', 'type'] as const;

/** A profile, or a list of paths with priorities. */
export type SortOrder = SortProfile | readonly SortEntry[];

/**
 * Checks an order before anything is written.
 *
 * @throws RangeError for a profile that there is none of
 */
export function checkedOrder(order: SortOrder): SortOrder {
  if (typeof order !== 'string' || SORT_PROFILES.includes(order)) return order;
  throw new RangeError(`Cannot sort contents: order must be ${SORT_PROFILES.join(', ')} or a list, found ${order}`);
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
  if (order === 'start') return ranksOf(await filesAtStart(root, { signal }));
  return order === 'type' ? ranksOf(filesByType(root)) : undefined;
}

/** What is not among them comes behind. */
function ranksOf(files: readonly InputFile[]): ContentRank {
  const ranks = new Map<InputFile, number>();
  for (const file of files) if (!ranks.has(file)) ranks.set(file, ranks.size);
  return (file) => ranks.get(file) ?? ranks.size;
}

function filesByType(root: InputDirectory): InputFile[] {
  const keyed = [...walkInput(root)].flatMap(({ path, node }) => {
    if (node.type !== 'file') return [];
    const name = path.slice(path.lastIndexOf('/') + 1);
    return [{ node, path, suffix: suffixOf(name) }];
  });
  keyed.sort((left, right) => compareFileNames(left.suffix, right.suffix) || compareFileNames(left.path, right.path));
  return keyed.map(({ node }) => node);
}

/** Of `libfoo.so.1.2` it is `.so`: the version says nothing of the content. */
function suffixOf(name: string): string {
  const withoutVersion = name.replace(/(\.so)[.\d]*$/, '$1');
  const dot = withoutVersion.lastIndexOf('.');
  return dot <= 0 ? '' : withoutVersion.slice(dot).toLowerCase();
}
