import { AppImageError, type FileEntry, isAboutImage, type ReadonlyFileSystem } from '@appimage-js/format';
import type { Tree, TreeProblem } from './subject.ts';

/** More than any application has; what lies beyond is told as a problem. */
const MAXIMUM_ENTRIES = 500_000;
const MAXIMUM_DEPTH = 512;

/**
 * Reads all directories. One that is damaged hides only what is in it, unlike in a walk: it is noted, and the others are
 * read all the same.
 */
export async function readTree(files: ReadonlyFileSystem, signal: AbortSignal | undefined): Promise<Tree> {
  const entries = new Map<string, FileEntry>();
  const problems: TreeProblem[] = [];
  const seen = new Set<number>();
  const pending = [{ directory: '' as string | FileEntry, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    signal?.throwIfAborted();
    const { directory, depth } = next;
    const path = typeof directory === 'string' ? directory : directory.path;
    try {
      if (depth > MAXIMUM_DEPTH) throw tooMuch(`at most ${MAXIMUM_DEPTH} directories inside each other`, path);
      const children = await files.readDirectory(directory, { signal });
      if (entries.size + children.length > MAXIMUM_ENTRIES) throw tooMuch(`at most ${MAXIMUM_ENTRIES} entries`, path);
      for (const child of children) entries.set(child.path, child);
      const folders = children.filter(({ stat }) => stat.type === 'directory' && !seen.has(stat.inode));
      for (const folder of folders.reverse()) {
        seen.add(folder.stat.inode);
        pending.push({ directory: folder, depth: depth + 1 });
      }
    } catch (error) {
      if (!isAboutImage(error)) throw error;
      problems.push({ path, error });
    }
  }
  return { entries, problems };
}

function tooMuch(expected: string, path: string): AppImageError {
  return new AppImageError('limit', `Cannot read image: expected ${expected}, found more`, { path });
}
