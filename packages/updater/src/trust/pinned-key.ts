/*
 * Keys are pinned outside of the images that they sign: one record an application, `trust/DIGEST.json` in the data folder, the digest
 * being that of the application's identity, which stands in the record as well.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { acquireLock } from '../state/lock.ts';
import { type RecordKind, readRecord, removeRecord, writeRecord } from '../state/record-file.ts';

/** The key whose signatures are accepted for an application. */
export interface PinnedKey {
  /** Of the primary key, upper-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly userIds: readonly string[];
  /** The key, ASCII-armored: what was known of it last, revocations included. */
  readonly armored: string;
  /** Whether all that it has signed so far was over SHA-1; once it was not, it must not be again. */
  readonly weakHash: boolean;
  /** ISO 8601. */
  readonly pinnedAt: string;
  /** The fingerprints of the keys before, the last one first. */
  readonly predecessors: readonly string[];
}

/** A pinned key as its record has it. */
export interface PinRecord {
  readonly identity: string;
  readonly key: PinnedKey;
}

const KIND: RecordKind<PinRecord> = {
  name: 'pinned key',
  version: 1,
  parse: ({ identity, key }) => (typeof identity === 'string' && isKey(key) ? { identity, key } : undefined),
};

const WAIT_MILLISECONDS = 10_000;

function isKey(value: unknown): value is PinnedKey {
  if (typeof value !== 'object' || value === null) return false;
  const { fingerprint, userIds, armored, weakHash, pinnedAt, predecessors }: Partial<Record<keyof PinnedKey, unknown>> =
    value;
  return (
    typeof fingerprint === 'string' &&
    /^[\dA-F]{40,64}$/.test(fingerprint) &&
    typeof armored === 'string' &&
    typeof weakHash === 'boolean' &&
    typeof pinnedAt === 'string' &&
    [userIds, predecessors].every((list) => Array.isArray(list) && list.every((item) => typeof item === 'string'))
  );
}

/**
 * Reads the key that is pinned for an application; undefined where there is none. A record that can not be read is an error, never
 * "none": that would be a way around it.
 *
 * @throws AppImageError `malformed`, `unsupported` or `io`, with the record's path
 */
export async function readPinnedKey(dataFolder: string, identity: string): Promise<PinnedKey | undefined> {
  const path = pinPath(dataFolder, identity);
  const record = await readRecord(path, KIND);
  if (record !== undefined && record.identity !== identity) {
    const message = `Cannot read pinned key in ${path}: it is of another application, ${JSON.stringify(record.identity)}`;
    throw new AppImageError('malformed', message, { path });
  }
  return record?.key;
}

/**
 * Pins a key for an application. Whoever saw another pin, or none, than there is now does not overwrite it.
 *
 * @throws AppImageError `untrusted` when another key was pinned meanwhile, `io`
 */
export async function pinKey(
  dataFolder: string,
  { identity, key, expected }: PinRecord & { readonly expected: string | undefined },
): Promise<void> {
  const path = pinPath(dataFolder, identity);
  await using _lock = await acquireLock(path, {
    purpose: 'change of a pinned key',
    waitMilliseconds: WAIT_MILLISECONDS,
  });
  const current = await readPinnedKey(dataFolder, identity);
  if (current?.fingerprint !== expected && current?.fingerprint !== key.fingerprint) {
    throw new AppImageError('untrusted', `Cannot pin key: another one was pinned meanwhile, ${current?.fingerprint}`, {
      path,
    });
  }
  await writeRecord(path, KIND, { identity, key });
}

/** Forgets the key of an application, so that the next signature is trusted on first use again. */
export async function forgetPinnedKey(dataFolder: string, identity: string): Promise<void> {
  const path = pinPath(dataFolder, identity);
  await using _lock = await acquireLock(path, {
    purpose: 'change of a pinned key',
    waitMilliseconds: WAIT_MILLISECONDS,
  });
  await removeRecord(path, KIND);
}

function pinPath(dataFolder: string, identity: string): string {
  return join(dataFolder, 'trust', `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`);
}
