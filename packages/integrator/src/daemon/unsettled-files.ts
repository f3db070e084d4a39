import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** How long a file has to stay as it is, in milliseconds, until it counts as written. */
export interface SettleTimes {
  readonly least: number;
  /** What a file needs that has been growing for long; one that takes minutes may pause for seconds. */
  readonly most: number;
}

/** What is known of a file that something has happened to. */
interface Unsettled {
  /** Undefined until it has been looked at. */
  state: string | undefined;
  readonly first: number;
  since: number;
}

/** More files at a time are not told apart. */
const MAXIMUM_FILES = 4096;
/** Of the time that a file has been changing, the part that it has to be still then. */
const STILL_SHARE = 0.2;

/** The files that something has happened to, until they stay as they are. */
export class UnsettledFiles {
  readonly #files = new Map<string, Unsettled>();
  readonly #times: SettleTimes;

  constructor(times: SettleTimes) {
    this.#times = times;
  }

  get size(): number {
    return this.#files.size;
  }

  get paths(): ReadonlySet<string> {
    return new Set(this.#files.keys());
  }

  /**
   * Notes that something has happened to a file.
   *
   * @param now milliseconds of a clock that does not jump
   * @returns false where there are too many to be told apart
   */
  touch(path: string, now: number): boolean {
    const file = this.#files.get(path);
    if (file === undefined) {
      if (this.#files.size >= MAXIMUM_FILES) return false;
      this.#files.set(path, { state: undefined, first: now, since: now });
    } else file.since = now;
    return true;
  }

  /**
   * Looks at the files; answers those that were the same twice and have been left alone for long enough, and forgets them. What does not concern
   * us is forgotten without being answered.
   */
  async settle(now: number, concerns: (path: string) => Promise<boolean>): Promise<string[]> {
    const settled: string[] = [];
    for (const [path, file] of this.#files) {
      const state = stateOf(await stat(path, { bigint: true }).catch(() => undefined));
      if (state !== file.state) {
        if (file.state !== undefined) file.since = now;
        file.state = state;
        if (!(await concerns(path))) this.#files.delete(path);
      } else if (now - file.since >= this.#stillFor(file)) {
        this.#files.delete(path);
        settled.push(path);
      }
    }
    return settled;
  }

  #stillFor({ first, since }: Unsettled): number {
    const { least, most } = this.#times;
    return Math.min(Math.max((since - first) * STILL_SHARE, least), most);
  }
}

function stateOf(facts: BigIntStats | undefined): string {
  if (facts === undefined) return 'gone';
  const { dev, ino, size, mtimeNs, mode } = facts;
  return [dev, ino, size, mtimeNs, mode].join(' ');
}
