import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readMountTable } from '@appimage-js/format/node';
import type { ManifestImage, RecordedVolume } from '../manifest/manifest.ts';
import type { Places } from '../places/places.ts';
import { readSettings } from '../places/settings.ts';
import { PORTABLE_FOLDERS } from '../plan/added-actions.ts';
import { isLetBe, isNamedOrMarked } from '../sync/scan-folders.ts';
import { readVolumes } from '../volumes/volumes.ts';
import type { DaemonEvent } from './daemon-event.ts';
import { type DecisiveFiles, decisiveFiles } from './decisive-files.ts';
import { Pace, type PaceTimes } from './pace.ts';
import { type SettleTimes, UnsettledFiles } from './unsettled-files.ts';
import { WatchedFolders, type WatchedFoldersOptions } from './watched-folders.ts';

/** A sync that a daemon asks for. */
export interface DaemonSyncRequest {
  /** Files that are to be let be, as `SyncOptions.unsettled`. */
  readonly unsettled: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** What a daemon has to know of a sync. */
export interface DaemonSyncResult {
  readonly images: readonly Pick<ManifestImage, 'path' | 'volume'>[];
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly remarks: readonly string[];
  /** Why nothing new is integrated, in words; null where it is. */
  readonly standingBack: string | null;
}

/** How a daemon waits, in milliseconds. */
export interface DaemonTimes extends SettleTimes, PaceTimes {
  /** Between two looks at what is mounted and at whether the watched folders are there. */
  readonly pulse: number;
}

/** Options of {@link runDaemon}. */
export interface DaemonOptions {
  readonly places: Places;
  /** Syncs, in a process of its own if a hostile image is not to take the daemon with it. */
  readonly sync: (request: DaemonSyncRequest) => Promise<DaemonSyncResult>;
  readonly tell: (event: DaemonEvent) => void;
  readonly signal: AbortSignal;
  /** Default: a file is done after a second, all is looked at every three. */
  readonly times?: Partial<DaemonTimes>;
  /** Default: inotify, by Node. */
  readonly watch?: WatchedFoldersOptions['watch'];
}

const TIMES: DaemonTimes = {
  least: 1000,
  most: 15_000,
  patience: 5000,
  retry: 2000,
  longestRetry: 300_000,
  pulse: 3000,
};

/** A sync on events. See {@link runDaemon}. */
export class Daemon implements Disposable {
  readonly #options: DaemonOptions;
  readonly #times: DaemonTimes;
  readonly #decisive: DecisiveFiles;
  readonly #folders: WatchedFolders;
  readonly #unsettled: UnsettledFiles;
  readonly #pace: Pace;
  /** Folders of which is not known what has changed in them. */
  readonly #unknown = new Set<string>();
  #known = new Map<string, RecordedVolume | null>();
  #watched: readonly string[] = [];
  #mountTable = '';
  #presence = '';
  #settleAt = Number.POSITIVE_INFINITY;
  #reason: string | null = null;
  #wake: () => void = () => undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
    this.#decisive = decisiveFiles(options.places);
    this.#unsettled = new UnsettledFiles(this.#times);
    this.#pace = new Pace(this.#times);
    this.#folders = new WatchedFolders({
      onChange: (folder, name) => this.#onChange(folder, name),
      onState: (folder, state) => {
        if (this.#watched.includes(folder)) options.tell({ event: 'folder', folder, ...state });
      },
      ...(options.watch !== undefined && { watch: options.watch }),
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const stop = () => this.#wake();
    signal.addEventListener('abort', stop);
    try {
      this.#pace.change(performance.now());
      let pulseAt = 0;
      while (!signal.aborted) {
        if (performance.now() >= pulseAt) {
          await this.#beat();
          pulseAt = performance.now() + this.#times.pulse;
        }
        await this.#lookIntoUnknown();
        if (performance.now() >= this.#settleAt) await this.#settle();
        if (performance.now() >= this.#dueAt()) await this.#sync();
        else await this.#sleep(Math.min(pulseAt, this.#settleAt, this.#dueAt()) - performance.now());
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  [Symbol.dispose](): void {
    this.#folders[Symbol.dispose]();
  }

  #onChange(folder: string, name: string | null): void {
    if (name === null) this.#unknown.add(folder);
    else if (this.#isOfInterest(folder, name)) this.#touch(join(folder, name));
    else return;
    this.#wake();
  }

  #isOfInterest(folder: string, name: string): boolean {
    return this.#decisive.folders.includes(folder) ? this.#decisive.has(join(folder, name)) : !isLetBe(name);
  }

  #touch(path: string): void {
    const now = performance.now();
    if (!this.#unsettled.touch(path, now)) this.#pace.change(now);
    this.#settleAt = Math.min(this.#settleAt, now + this.#times.least / 2);
  }

  /** What no event tells: mounts, folders that come, go or are replaced. */
  async #beat(): Promise<void> {
    if (this.#watched.length === 0) await this.#watchFolders();
    await this.#folders.check();
    const table = readMountTable();
    if (table === this.#mountTable) return;
    this.#mountTable = table;
    if (this.#presenceOf(table) !== this.#presence) this.#pace.change(performance.now());
  }

  /** Which of the volumes that our images lie on are there, and where. Other mounts, such as those of running AppImages, are not ours to mind. */
  #presenceOf(table: string): string {
    const ours = [...this.#known.values()].filter((volume) => volume !== null);
    if (ours.length === 0) return '';
    const volumes = readVolumes(this.#options.places, { table });
    return [...new Set(ours.map((volume) => `${volume.mountPoint} ${volumes.whereIs(volume)}`))].join('\n');
  }

  async #lookIntoUnknown(): Promise<void> {
    for (const folder of this.#unknown) {
      this.#unknown.delete(folder);
      this.#pace.change(performance.now());
      const names = await readdir(folder).catch((): string[] => []);
      for (const name of names) {
        const path = join(folder, name);
        const isImage = this.#known.has(path) || name.toLowerCase().endsWith('.appimage');
        if (isImage && this.#isOfInterest(folder, name)) this.#touch(path);
      }
    }
  }

  async #settle(): Promise<void> {
    const settled = await this.#unsettled.settle(performance.now(), (path) => this.#concerns(path));
    if (settled.length > 0) this.#pace.change(performance.now());
    const isDone = this.#unsettled.size === 0;
    this.#settleAt = isDone ? Number.POSITIVE_INFINITY : performance.now() + this.#times.least / 2;
  }

  async #concerns(path: string): Promise<boolean> {
    if (this.#decisive.folders.includes(dirname(path))) return true;
    if (this.#known.has(path) || PORTABLE_FOLDERS.some((ending) => this.#isKnownWith(path, ending))) return true;
    return isNamedOrMarked(path);
  }

  /** Whether a path is that of an image with something behind it. */
  #isKnownWith(path: string, ending: string): boolean {
    return path.endsWith(ending) && this.#known.has(path.slice(0, -ending.length));
  }

  #dueAt(): number {
    return this.#pace.dueAt(this.#unsettled.size > 0);
  }

  async #sync(): Promise<void> {
    await this.#watchFolders();
    // What is in a folder that is new here may be under way.
    if (this.#unknown.size > 0) return;
    const { sync, signal, tell } = this.#options;
    const begun = performance.now();
    this.#pace.begin();
    try {
      const result = await sync({ unsettled: this.#unsettled.paths, signal });
      const now = performance.now();
      this.#known = new Map(result.images.map(({ path, volume }) => [path, volume]));
      this.#presence = this.#presenceOf(this.#mountTable);
      // Nothing tells when the reason has gone, such as another integrator.
      this.#pace.succeed(begun, now, result.standingBack === null ? undefined : this.#times.longestRetry);
      this.#tellResult(result, now - begun);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      tell({ event: 'failed', message, retryInMilliseconds: this.#pace.fail(begun, performance.now()) });
    }
  }

  #tellResult({ images, written, removed, remarks, standingBack }: DaemonSyncResult, milliseconds: number): void {
    const { tell } = this.#options;
    if (standingBack !== null && standingBack !== this.#reason) tell({ event: 'standing-back', reason: standingBack });
    this.#reason = standingBack;
    // What is known already is kept right nevertheless.
    const isTold = standingBack === null || written.length + removed.length > 0;
    if (isTold) tell({ event: 'synced', images: images.length, written, removed, remarks, milliseconds });
  }

  /** Watches what the settings say by now; where they can not be read, what they said before, and the next sync tells. */
  async #watchFolders(): Promise<void> {
    const settings = await readSettings(this.#options.places).catch(() => undefined);
    const watched = settings?.watch ?? this.#watched;
    const isNew = watched.join('\0') !== this.#watched.join('\0');
    this.#watched = watched;
    if (isNew) this.#options.tell({ event: 'watching', folders: watched });
    await this.#folders.set([...watched, ...this.#decisive.folders]);
  }

  async #sleep(milliseconds: number): Promise<void> {
    if (this.#options.signal.aborted || milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
