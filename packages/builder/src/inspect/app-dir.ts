/** What the input directory holds; the bytes of files are not read yet. */
export interface AppDir {
  /** Absolute path on disk. */
  readonly path: string;
  readonly root: AppDirDirectory;
}

export type AppDirEntry = AppDirFile | AppDirDirectory | AppDirSymlink;

/** A regular file. Names that are hard links of each other share one object. */
export interface AppDirFile {
  readonly type: 'file';
  /** From the AppDir, without a leading slash, as `decodeFileName` makes names. The first name met, for hard links. */
  readonly path: string;
  readonly size: number;
  /** Permission bits as they are on disk. */
  readonly mode: number;
  /** Seconds since 1970, possibly with a fraction. */
  readonly mtime: number;
  /** What is compared after reading to notice a change. */
  readonly version: FileVersion;
}

/** Tells one state of a file on disk from another. */
export interface FileVersion {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export interface AppDirDirectory {
  readonly type: 'directory';
  readonly path: string;
  /** Permission bits as they are on disk. */
  readonly mode: number;
  readonly mtime: number;
  readonly entries: ReadonlyMap<string, AppDirEntry>;
}

export interface AppDirSymlink {
  readonly type: 'symlink';
  readonly path: string;
  readonly target: string;
  readonly mtime: number;
}

/** As Linux has it, for one look-up. */
const MAXIMUM_LINKS_FOLLOWED = 40;

/** An entry under the path that is left when all symlinks are resolved. */
export interface ResolvedEntry {
  readonly path: string;
  readonly entry: AppDirFile | AppDirDirectory;
}

/**
 * Finds an entry as it will be found in the mounted image. Undefined when there is none, and when a link leads out of the
 * AppDir, be it by an absolute path: the image will be mounted elsewhere.
 */
export function resolveEntry({ root }: AppDir, path: string): ResolvedEntry | undefined {
  const names = path.split('/').reverse();
  const ancestors: AppDirDirectory[] = [];
  let entry: AppDirFile | AppDirDirectory = root;
  let resolved: string[] = [];
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === '' || name === '.') continue;
    if (entry.type !== 'directory') return undefined;
    if (name === '..') {
      const parent = ancestors.pop();
      if (parent === undefined) return undefined;
      entry = parent;
      resolved = resolved.slice(0, -1);
      continue;
    }
    const next: AppDirEntry | undefined = entry.entries.get(name);
    if (next === undefined) return undefined;
    if (next.type === 'symlink') {
      links += 1;
      if (next.target.startsWith('/') || links > MAXIMUM_LINKS_FOLLOWED) return undefined;
      names.push(...next.target.split('/').reverse());
      continue;
    }
    ancestors.push(entry);
    entry = next;
    resolved = [...resolved, name];
  }
  return { path: resolved.join('/'), entry };
}

/** A regular file found by {@link resolveEntry}, and nothing else. */
export function resolveFile(
  appDir: AppDir,
  path: string,
): { readonly path: string; readonly file: AppDirFile } | undefined {
  const resolved = resolveEntry(appDir, path);
  return resolved?.entry.type === 'file' ? { path: resolved.path, file: resolved.entry } : undefined;
}

/** Every entry below a directory, a directory before what is in it, in the order of the disk; symlinks are not followed. */
export function* walk(directory: AppDirDirectory): Generator<AppDirEntry, void, undefined> {
  const pending: AppDirEntry[] = [...directory.entries.values()].reverse();
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    yield entry;
    if (entry.type === 'directory') pending.push(...[...entry.entries.values()].reverse());
  }
}

/** Whether somebody may execute the file, which makes it executable for everybody in the image. */
export function isExecutable({ mode }: AppDirFile): boolean {
  return (mode & 0o111) !== 0;
}
