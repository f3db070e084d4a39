import {
  AppImageError,
  type FileEntry,
  isAppImageError,
  type ReadOptions,
  type ReadonlyFileSystem,
} from '@appimage-js/format';
import { Minimatch } from 'minimatch';

/** What a pattern for everything is when slashes around it are taken away: "/", "." or "./". */
const EVERYTHING = /^\.?$/;

/** As many as Linux follows. */
const MAXIMUM_LINKS = 40;

/**
 * Finds what in an image matches one of the patterns, with all that is below it and all that symlinks in it lead to, so
 * that none of them dangles once it is unpacked. "*" stands for any part of a name, "**" for any directories, "/" for
 * everything.
 *
 * @throws AppImageError `not-found` when a pattern matches nothing
 */
export async function selectEntries(
  files: ReadonlyFileSystem,
  patterns: readonly string[],
  options: ReadOptions = {},
): Promise<(entry: FileEntry) => boolean> {
  const selection = new Selection(files, options);
  const matchers = patterns.map((pattern) => ({ pattern, matches: toMatcher(pattern), count: 0 }));
  for await (const entry of files.walk(options)) {
    for (const matcher of matchers) {
      if (!matcher.matches(entry.path)) continue;
      matcher.count += 1;
      selection.add(entry);
    }
  }
  const useless = matchers.find(({ pattern, count }) => count === 0 && !EVERYTHING.test(trimSlashes(pattern)));
  if (useless !== undefined) {
    throw new AppImageError(
      'not-found',
      `Cannot extract ${JSON.stringify(useless.pattern)}: nothing in the image matches`,
    );
  }
  await selection.close();
  return (entry) => selection.has(entry.path);
}

/** A pattern matches a path when it matches the path itself or a directory that the path is in. */
function toMatcher(pattern: string): (path: string) => boolean {
  const relative = trimSlashes(pattern);
  if (EVERYTHING.test(relative)) return () => true;
  const options = {
    dot: true,
    nobrace: true,
    noext: true,
    nonegate: true,
    nocomment: true,
    platform: 'linux',
  } as const;
  const self = new Minimatch(relative, options);
  const below = new Minimatch(`${relative}/**`, options);
  return (path) => self.match(path) || below.match(path);
}

/** A pattern relative to the root, as paths in an image are. */
function trimSlashes(pattern: string): string {
  return pattern.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '');
}

/** Paths that are wanted, and the symlinks among them that are still to be followed. */
class Selection {
  readonly #files: ReadonlyFileSystem;
  readonly #options: ReadOptions;
  readonly #paths = new Set<string>();
  readonly #links: string[] = [];

  constructor(files: ReadonlyFileSystem, options: ReadOptions) {
    this.#files = files;
    this.#options = options;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  add({ path, stat }: FileEntry): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    if (stat.type === 'symlink') this.#links.push(path);
  }

  /** Adds what the symlinks lead to, and what the symlinks in that lead to. */
  async close(): Promise<void> {
    for (let link = this.#links.pop(); link !== undefined; link = this.#links.pop()) {
      await this.#addTarget(link).catch(ignoreNotFound);
    }
  }

  /** Goes the way of a symlink, over others where they are on it; one that leads out of the image leads nowhere. */
  async #addTarget(link: string): Promise<void> {
    let way = linkedWay(link, await this.#files.readLink(link, this.#options));
    for (let links = 0; way !== undefined && links < MAXIMUM_LINKS; links++) {
      way = await this.#walkWay(way);
    }
  }

  /** Adds the end of a way, or the first symlink on it, and then answers the way from there. */
  async #walkWay(way: readonly string[]): Promise<string[] | undefined> {
    for (let length = 1; length <= way.length; length++) {
      const path = way.slice(0, length).join('/');
      const stat = await this.#files.stat(path, this.#options);
      if (stat.type === 'symlink') {
        this.#paths.add(path);
        return linkedWay(path, await this.#files.readLink(path, this.#options), way.slice(length));
      }
      if (length < way.length) continue;
      this.add({ path, stat });
      if (stat.type !== 'directory') continue;
      for await (const entry of this.#files.walk({ ...this.#options, from: path })) this.add(entry);
    }
    return undefined;
  }
}

/** The names on the way that a symlink at `path` leads, and from there on; undefined when it leads out of the image. */
function linkedWay(path: string, target: string, rest: readonly string[] = []): string[] | undefined {
  const isInStore = target.startsWith('/nix/store/'); // which is the image's own, see `resolvePath`
  if (target.startsWith('/') && !isInStore) return undefined;
  const way = isInStore ? [] : path.split('/').slice(0, -1);
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') way.push(name);
    else if (way.pop() === undefined) return undefined;
  }
  return [...way, ...rest];
}

function ignoreNotFound(error: unknown): void {
  if (!isAppImageError(error) || error.code !== 'not-found') throw error;
}
