import { compareFileNames } from '@appimage-js/format';
import ignore from 'ignore';
import { type AppDir, type AppDirDirectory, type AppDirEntry, type AppDirFile, walk } from '../inspect/app-dir.ts';
import { type ExcludeRule, IGNORE_FILE } from './exclude-rules.ts';

/** An entry that the image does not have. */
export interface LeftOutEntry {
  readonly path: string;
  /** Whether everything below it is left out with it. */
  readonly isDirectory: boolean;
  readonly reason: string;
}

/** What the image does not have of the AppDir. */
export interface LeftOut {
  /** By path; what is in a directory of these is not named again. */
  readonly entries: readonly LeftOutEntry[];
  /** Files and symlinks, also those in directories. */
  readonly files: number;
  /** Of files, hard links counted once. */
  readonly bytes: number;
}

/** An AppDir without some of its entries. */
export interface ReducedAppDir {
  readonly appDir: AppDir;
  readonly leftOut: LeftOut;
}

/** Says why an entry is left out; undefined keeps it. */
type Judge = (path: string, isDirectory: boolean) => string | undefined;

/**
 * Leaves out what the patterns match, as Git does: a directory with all that is in it, whatever later patterns say of that. The file
 * with the patterns is left out in any case.
 */
export function leaveOutByRules(appDir: AppDir, rules: readonly ExcludeRule[]): ReducedAppDir {
  // Git's way with names: whoever has both README and readme means one of them.
  const matcher = ignore({ ignorecase: false, allowRelativePaths: true });
  matcher.add(rules.map(({ pattern, source }) => ({ pattern, mark: source })));
  return leaveOut(appDir, (path, isDirectory) => {
    if (path === IGNORE_FILE) return 'it says what is left out';
    if (rules.length === 0) return undefined;
    const { ignored, rule } = matcher.test(isDirectory ? `${path}/` : path);
    return ignored ? `${rule?.mark ?? 'a pattern'}: ${rule?.pattern ?? ''}` : undefined;
  });
}

/** Leaves out entries of the root by their names. */
export function leaveOutByName(appDir: AppDir, names: readonly string[], reason: string): ReducedAppDir {
  return leaveOut(appDir, (path) => (names.includes(path) ? reason : undefined));
}

/** Whether an entry, or a directory that it is in, is among those. */
export function whyLeftOut({ entries }: LeftOut, path: string): LeftOutEntry | undefined {
  return entries.find((entry) => entry.path === path || (entry.isDirectory && path.startsWith(`${entry.path}/`)));
}

/** Both together, one after the other. */
export function joinLeftOut(first: LeftOut, second: LeftOut): LeftOut {
  const entries = [...first.entries, ...second.entries];
  return {
    entries: entries.toSorted((left, right) => compareFileNames(left.path, right.path)),
    files: first.files + second.files,
    bytes: first.bytes + second.bytes,
  };
}

function leaveOut(appDir: AppDir, judge: Judge): ReducedAppDir {
  const entries: LeftOutEntry[] = [];
  const gone: AppDirEntry[] = [];
  const reduce = (directory: AppDirDirectory): AppDirDirectory => {
    const kept = new Map<string, AppDirEntry>();
    for (const [name, entry] of directory.entries) {
      const path = directory.path === '' ? name : `${directory.path}/${name}`;
      const isDirectory = entry.type === 'directory';
      const reason = judge(path, isDirectory);
      if (reason === undefined) {
        kept.set(name, isDirectory ? reduce(entry) : entry);
      } else {
        entries.push({ path, isDirectory, reason });
        gone.push(...(isDirectory ? walk(entry) : [entry]));
      }
    }
    return { ...directory, entries: kept };
  };
  const root = reduce(appDir.root);
  const files = new Set(gone.filter((entry): entry is AppDirFile => entry.type === 'file'));
  return {
    appDir: entries.length === 0 ? appDir : { ...appDir, root },
    leftOut: {
      entries: entries.toSorted((left, right) => compareFileNames(left.path, right.path)),
      files: gone.filter(({ type }) => type !== 'directory').length,
      bytes: [...files].reduce((sum, { size }) => sum + size, 0),
    },
  };
}
