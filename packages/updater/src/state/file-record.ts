import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type RecordKind, readRecord, writeRecord } from './record-file.ts';

/** What is remembered of one AppImage on this machine, by its path. */
export interface FileRecord {
  readonly path: string;
  /** Where its updates come from instead of where it says itself; null for the latter. */
  readonly source: string | null;
  /** What the last update brought, to tell what is older. */
  readonly installed: InstalledVersion | null;
  /** Versions that were taken back; they are not brought again by themselves. */
  readonly heldBack: readonly InstalledVersion[];
}

/** A version of an application by what tells it from others. */
export interface InstalledVersion {
  readonly version: string | null;
  /** What its source called it, which need not be what it says itself. */
  readonly offeredVersion?: string | null;
  readonly sha256: string;
  readonly sha1: string | null;
  /** When it was published, ISO 8601. */
  readonly publishedAt: string | null;
  /** `ETag` and `Last-Modified` of its download, where nothing better tells it from the next one. */
  readonly revision: {
    readonly etag: string | null;
    readonly lastModified: string | null;
    readonly size: number | null;
  } | null;
}

const MAXIMUM_HELD_BACK = 8;

const KIND: RecordKind<FileRecord> = {
  name: 'settings of an AppImage',
  version: 1,
  parse: ({ path, source, installed, heldBack }) =>
    typeof path === 'string' &&
    (source === null || typeof source === 'string') &&
    (installed === null || isVersion(installed)) &&
    Array.isArray(heldBack) &&
    heldBack.every(isVersion)
      ? { path, source, installed, heldBack }
      : undefined,
};

function isVersion(value: unknown): value is InstalledVersion {
  return typeof value === 'object' && value !== null && 'sha256' in value && typeof value.sha256 === 'string';
}

/**
 * Reads what is remembered of a file; of one that is not known, nothing but its path.
 *
 * @throws AppImageError `malformed`, `unsupported` or `io`, as records do
 */
export async function readFileRecord(dataFolder: string, path: string): Promise<FileRecord> {
  const record = await readRecord(recordPath(dataFolder, path), KIND);
  return record ?? { path, source: null, installed: null, heldBack: [] };
}

/** Remembers something of a file. The caller holds the file's lock. */
export async function changeFileRecord(
  dataFolder: string,
  path: string,
  change: Partial<Omit<FileRecord, 'path'>>,
): Promise<FileRecord> {
  const record = { ...(await readFileRecord(dataFolder, path)), ...change };
  const bounded = { ...record, heldBack: record.heldBack.slice(-MAXIMUM_HELD_BACK) };
  await writeRecord(recordPath(dataFolder, path), KIND, bounded);
  return bounded;
}

function recordPath(dataFolder: string, path: string): string {
  return join(dataFolder, 'files', `${createHash('sha256').update(path).digest('hex').slice(0, 32)}.json`);
}
