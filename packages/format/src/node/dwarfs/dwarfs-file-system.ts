import type { DwarfsImage } from '../../dwarfs/read-dwarfs.ts';
import { AppImageError } from '../../errors.ts';
import type {
  FileEntry,
  FileRange,
  FileStat,
  ReadonlyFileSystem,
  WalkOptions,
} from '../../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import { SharedWork } from '../../io/shared-work.ts';
import type { OpenedFiles } from './opened-files.ts';

/** What a {@link DwarfsFileSystem} does when. */
export interface DwarfsActions {
  /** Makes the files available, with the help of a folder of their own. */
  readonly open: (folder: string, signal: AbortSignal) => Promise<OpenedFiles>;
  readonly makeFolder: () => Promise<string>;
  readonly removeFolder: (folder: string) => Promise<void>;
  /** Gives back what was opened before. */
  readonly close: () => Promise<void>;
}

/** An open DwarFS image; made by `openDwarfs`. Its files are made available at the first use, and taken away by `close`. */
export class DwarfsFileSystem implements ReadonlyFileSystem, AsyncDisposable {
  /** What its sections tell. */
  readonly image: DwarfsImage;
  readonly #actions: DwarfsActions;
  #opening: SharedWork<OpenedFiles> | undefined;
  /** Ends when the folder of the last try is gone or in use. */
  #settled: Promise<OpenedFiles | undefined> = Promise.resolve(undefined);
  #folder: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(image: DwarfsImage, actions: DwarfsActions) {
    this.image = image;
    this.#actions = actions;
  }

  async stat(file: string | FileEntry, options?: ReadOptions): Promise<FileStat> {
    return (await this.#files(options)).stat(file, options);
  }

  async readDirectory(file: string | FileEntry, options?: ReadOptions): Promise<FileEntry[]> {
    return (await this.#files(options)).readDirectory(file, options);
  }

  async readLink(file: string | FileEntry, options?: ReadOptions): Promise<string> {
    return (await this.#files(options)).readLink(file, options);
  }

  async *readFile(file: string | FileEntry, range?: FileRange): AsyncGenerator<Uint8Array, void, undefined> {
    yield* (await this.#files(range)).readFile(file, range);
  }

  async readXattrs(file: string | FileEntry, options?: ReadOptions): Promise<ReadonlyMap<string, Uint8Array>> {
    return (await this.#files(options)).readXattrs(file, options);
  }

  async *walk(options?: WalkOptions): AsyncGenerator<FileEntry, void, undefined> {
    yield* (await this.#files(options)).walk(options);
  }

  /** Ends what is under way, and removes what was unpacked or mounted. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #files({ signal }: ReadOptions = {}): Promise<ReadonlyFileSystem> {
    if (this.#closing !== undefined) throw closed();
    if (this.#opening === undefined || this.#opening.lost) {
      const before = this.#settled;
      this.#opening = new SharedWork((end) => this.#open(before, end));
    }
    return (await this.#opening.wait(signal)).files;
  }

  #open(before: Promise<unknown>, signal: AbortSignal): Promise<OpenedFiles> {
    const open = async (): Promise<OpenedFiles> => {
      await before;
      const folder = await this.#actions.makeFolder();
      try {
        const opened = await this.#actions.open(folder, signal);
        this.#folder = folder;
        return opened;
      } catch (error) {
        await this.#actions.removeFolder(folder).catch(() => undefined); // the first failure tells more
        throw error;
      }
    };
    const opening = open();
    this.#settled = opening.catch(() => undefined);
    return opening;
  }

  async #close(): Promise<void> {
    this.#opening?.end(closed());
    const opened = await this.#settled;
    try {
      await opened?.close();
      if (this.#folder !== undefined) await this.#actions.removeFolder(this.#folder);
    } finally {
      await this.#actions.close();
    }
  }
}

function closed(): AppImageError {
  return new AppImageError('io', 'Cannot read DwarFS image: it must be open, found it closed');
}
