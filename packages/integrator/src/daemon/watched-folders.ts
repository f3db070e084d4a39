import { createHash } from 'node:crypto';
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isLetBe } from '../sync/scan-folders.ts';

/** How the changes in a folder are noticed now. */
export type FolderState =
  | { readonly state: 'watched' }
  /** It is looked into again and again, as the system watches no more folders. */
  | { readonly state: 'polled'; readonly reason: string }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** Options of {@link WatchedFolders}. */
export interface WatchedFoldersOptions {
  /** Something has happened to a file of a folder; to whichever of them, if its name is null. */
  readonly onChange: (folder: string, name: string | null) => void;
  readonly onState: (folder: string, state: FolderState) => void;
  /** Default: inotify, by Node. */
  readonly watch?: typeof watchFolder;
}

interface WatchedFolder {
  state: FolderState['state'] | 'new' | 'overrun';
  watcher: FSWatcher | undefined;
  /** Device and inode of what is watched. */
  key: string;
  /** Of the names, sizes and times, where it is polled. */
  digest: string;
  /** Events since the last check. */
  events: number;
  /** Checks until a folder that is polled is looked into. */
  rest: number;
}

/** More events between two checks are not taken; the folder is deaf until the next one, and then all of it is looked at. */
const MAXIMUM_EVENTS = 3000;
/** A folder that is polled is looked into with every third check. */
const POLL_CHECKS = 3;

/**
 * Folders whose own files are watched. They may be missing, come and go, and be replaced by others: {@link WatchedFolders.check}, to be called
 * every few seconds, finds out.
 */
export class WatchedFolders implements Disposable {
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #options: WatchedFoldersOptions;
  #checking: Promise<void> | undefined;

  constructor(options: WatchedFoldersOptions) {
    this.#options = options;
  }

  /** Watches these and no others; those that are new count as changed. */
  async set(folders: readonly string[]): Promise<void> {
    const wanted = new Set(folders);
    for (const [path, folder] of this.#folders) {
      if (wanted.has(path)) continue;
      close(folder);
      this.#folders.delete(path);
    }
    for (const path of wanted) {
      if (this.#folders.has(path)) continue;
      const blank = { state: 'new', watcher: undefined, key: '', digest: '', events: 0, rest: 0 } as const;
      this.#folders.set(path, { ...blank });
    }
    await this.check();
  }

  /** Finds folders that have come, gone or been replaced, and looks into those that are polled. One at a time, as a volume may not answer. */
  async check(): Promise<void> {
    this.#checking ??= this.#checkAll().finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
  }

  [Symbol.dispose](): void {
    for (const folder of this.#folders.values()) close(folder);
    this.#folders.clear();
  }

  async #checkAll(): Promise<void> {
    for (const [path, folder] of [...this.#folders]) {
      const facts = await stat(path).catch(() => undefined);
      if (this.#folders.get(path) !== folder) continue;
      folder.events = 0;
      if (facts === undefined || !facts.isDirectory()) this.#lose(path, folder);
      else await this.#find(path, folder, `${facts.dev}:${facts.ino}`);
    }
  }

  #lose(path: string, folder: WatchedFolder): void {
    close(folder);
    const hadIt = folder.key !== '';
    folder.key = '';
    this.#enter(path, folder, { state: 'missing' });
    if (hadIt) this.#options.onChange(path, null);
  }

  async #find(path: string, folder: WatchedFolder, key: string): Promise<void> {
    const isOther = folder.key !== key;
    if (isOther) close(folder);
    folder.key = key;
    if (folder.watcher !== undefined) return;
    const before = folder.state;
    const state = this.#start(path, folder);
    this.#enter(path, folder, state);
    if (state.state !== 'polled') {
      // What has happened while nobody watched is not known.
      if (isOther || state.state === 'watched') this.#options.onChange(path, null);
      return;
    }
    if (before === 'polled' && !isOther && --folder.rest > 0) return;
    folder.rest = POLL_CHECKS;
    const digest = await digestOf(path);
    if (digest === folder.digest && !isOther) return;
    folder.digest = digest;
    this.#options.onChange(path, null);
  }

  #start(path: string, folder: WatchedFolder): FolderState {
    const { watch = watchFolder, onChange } = this.#options;
    try {
      const watcher = watch(path, { persistent: false }, (_, name) => {
        if (folder.watcher !== watcher) return;
        folder.events += 1;
        if (folder.events > MAXIMUM_EVENTS) {
          close(folder);
          folder.state = 'overrun';
          return onChange(path, null);
        }
        onChange(path, name);
        // Its own name is told when it goes away or is moved.
        if (name === basename(path)) void this.check();
      });
      watcher.on('error', () => {
        if (folder.watcher !== watcher) return;
        close(folder);
        onChange(path, null);
      });
      folder.watcher = watcher;
      return { state: 'watched' };
    } catch (cause) {
      const { code = '', message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' };
      if (code === 'EACCES' || code === 'EPERM') return { state: 'unreadable', reason: message };
      return { state: 'polled', reason: message };
    }
  }

  #enter(path: string, folder: WatchedFolder, next: FolderState): void {
    const isExpected = next.state === 'watched' && (folder.state === 'new' || folder.state === 'overrun');
    const isTold = folder.state === next.state || isExpected;
    folder.state = next.state;
    if (!isTold) this.#options.onState(path, next);
  }
}

function close(folder: WatchedFolder): void {
  const { watcher } = folder;
  folder.watcher = undefined;
  watcher?.close();
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const names = await readdir(path).catch((): string[] => []);
  for (const name of names.sort()) {
    if (isLetBe(name)) continue;
    const facts = await stat(join(path, name), { bigint: true }).catch(() => undefined);
    hash.update(`${name}\0${facts?.ino}\0${facts?.size}\0${facts?.mtimeNs}\0${facts?.mode}\0`);
  }
  return hash.digest('hex');
}
