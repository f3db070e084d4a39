import { AppImageError, type ContentRank, type InputDirectory, type InputFile } from '@appimage-js/format';
import { walkInput } from './input-paths.ts';

/** A path with its priority, as a sort file of `mksquashfs` has them. */
export interface SortEntry {
  /** From the root of the image. A directory stands for everything below it that has no entry of its own. */
  readonly path: string;
  /** The higher, the nearer to the image's start; what no entry is about has 0. From -32768 to 32767. */
  readonly priority: number;
}

const MAXIMUM_PRIORITY = 32_767;
const MINIMUM_PRIORITY = -32_768;

/**
 * Reads a sort file: a path and a number on each line, white space between. A path with white space has a backslash before each
 * of these. Empty lines and those that begin with `#` mean nothing.
 *
 * @throws AppImageError `malformed` for another line, which the message names
 */
export function parseSortList(text: string): SortEntry[] {
  return text.split(/\r?\n/).flatMap((line, index): SortEntry[] => {
    if (/^\s*(?:#|$)/.test(line)) return [];
    const [, path = '', number = ''] = /^\s*((?:\\.|[^\s\\])+)\s+(-?\d+)\s*$/s.exec(line) ?? [];
    const priority = Number(number);
    if (path === '' || priority < MINIMUM_PRIORITY || priority > MAXIMUM_PRIORITY) {
      const expected = `a path and a number from ${MINIMUM_PRIORITY} to ${MAXIMUM_PRIORITY}`;
      throw new AppImageError(
        'malformed',
        `Cannot read sort list: line ${index + 1} must have ${expected}, found ${JSON.stringify(line)}`,
      );
    }
    return [{ path: path.replace(/\\(.)/gs, '$1').replace(/^(?:\.?\/)+|\/+$/g, ''), priority }];
  });
}

/** The rank of each file by the entry for its path, or for the nearest directory that has one; of a hard link by the highest. */
export function sortListRank(root: InputDirectory, entries: readonly SortEntry[]): ContentRank {
  const priorities = new Map(entries.map(({ path, priority }) => [path, priority]));
  const found = new Map<InputFile, number>();
  for (const { path, node } of walkInput(root)) {
    if (node.type !== 'file') continue;
    const priority = priorityOf(path, priorities);
    found.set(node, Math.max(priority, found.get(node) ?? priority));
  }
  return (file) => -(found.get(file) ?? 0);
}

function priorityOf(path: string, priorities: ReadonlyMap<string, number>): number {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const priority = priorities.get(at);
    if (priority !== undefined) return priority;
  }
  return priorities.get('') ?? 0;
}
