import { AppImageError } from '../../errors.ts';
import { describePath } from '../../filesystem/path-errors.ts';

/** Bounds on what an image may make of a disk. Holes are not written, and count for nothing. */
export interface ExtractionLimits {
  /** Names that are made: files, directories and symlinks, hard links too. Default 1 million. */
  readonly entries?: number;
  /** Bytes of contents that are written. Default 100 GiB. */
  readonly totalSize?: number;
  /** Bytes that are written for one byte of the payload, once more than 1 GiB was written. Default 100. */
  readonly ratio?: number;
}

const DEFAULT_LIMITS: Required<ExtractionLimits> = {
  entries: 1_000_000,
  totalSize: 100 * 2 ** 30,
  ratio: 100,
};

/** Before so much was written no ratio is suspicious. */
const UNSUSPICIOUS = 2 ** 30;

/** Counts what an extraction makes, for its limits and for whoever wants to see progress. */
export class ExtractionTally {
  readonly #limits: Required<ExtractionLimits>;
  readonly #maximum: number;
  #entries = 0;
  #written = 0;
  /** Names of files and symlinks that are finished. */
  files = 0;
  /** Bytes of contents that are finished, holes included. */
  bytes = 0;

  /** Without the payload's length there is no limit of the ratio. */
  constructor(limits: ExtractionLimits = {}, payloadLength: number = Number.POSITIVE_INFINITY) {
    this.#limits = { ...DEFAULT_LIMITS, ...definedOnly(limits) };
    const { totalSize, ratio } = this.#limits;
    this.#maximum = Math.min(totalSize, Math.max(UNSUSPICIOUS, ratio * payloadLength));
  }

  /** @throws AppImageError `limit` for one entry too many */
  countEntry(path: string): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) throw reached(`${this.#limits.entries} entries`, path);
  }

  /** @throws AppImageError `limit` when more was written than may be */
  countWritten(bytes: number, path: string): void {
    this.#written += bytes;
    if (this.#written <= this.#maximum) return;
    const { totalSize, ratio } = this.#limits;
    if (this.#maximum === totalSize) throw reached(`${totalSize} bytes`, path);
    throw reached(`${ratio} bytes for one of the image, ${this.#maximum} bytes in all,`, path);
  }
}

function definedOnly(limits: ExtractionLimits): ExtractionLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

function reached(limit: string, path: string): AppImageError {
  return new AppImageError('limit', `Cannot extract image: limit of ${limit} reached at ${describePath(path)}`, {
    path,
  });
}
