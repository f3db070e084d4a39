/*
 * What an image is known by in the cache: its content, which has to be read for that only once, because a note says which content
 * a file had that has not been written to since. Names and contents of the notes are those of the native runtime.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource, ReadOptions } from '@appimage-js/format';

/** Hexadecimal digits of a key. */
const KEY_LENGTH = 40;

/** Of notes that remember which content a file had. */
const SEEN_SUFFIX = '.seen';

/** Bytes at the start of a payload that have a part in its key beside its digest. */
const HEAD_SIZE = 96;
const PIECE_SIZE = 1_048_576;

/** A payload in a file. */
export interface KeyedPayload {
  readonly file: string;
  readonly source: ByteSource;
  readonly offset: number;
  /** Bytes; to the end of the file where nobody could tell. */
  readonly length: number;
}

/**
 * The key of a payload, by the note in a cache folder or by reading it; leaves a note.
 *
 * @throws AppImageError `io` when reading the image fails
 */
export async function contentKey(folder: string, payload: KeyedPayload, options: ReadOptions = {}): Promise<string> {
  const note = join(folder, await seenName(payload));
  const known = await readNote(note);
  if (known !== undefined) return known;
  const key = await computeKey(payload, options);
  await writeNote(note, key);
  return key;
}

/** Any write to the file, and any other file in its place, gives another name. */
async function seenName({ file, offset }: KeyedPayload): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  const second = 1_000_000_000n;
  const facts = [dev, ino, size, mtimeNs / second, mtimeNs % second, ctimeNs / second, ctimeNs % second];
  const words = new BigUint64Array([...facts, BigInt(offset)]);
  return `${shorten(createHash('sha256').update(words))}${SEEN_SUFFIX}`;
}

async function computeKey({ source, offset, length }: KeyedPayload, options: ReadOptions): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < length; at += PIECE_SIZE) {
    hash.update(await source.read(offset + at, Math.min(PIECE_SIZE, length - at), options));
  }
  const head = await source.read(offset, Math.min(HEAD_SIZE, length), options);
  return shorten(createHash('sha256').update(hash.digest()).update(head));
}

function shorten(hash: ReturnType<typeof createHash>): string {
  return hash.digest('hex').slice(0, KEY_LENGTH);
}

/** One that was cut off while it was written counts as not there. */
async function readNote(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'latin1').catch(() => '');
  if (!new RegExp(`^[0-9a-f]{${KEY_LENGTH}}`).test(text)) return undefined;
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
  return text.slice(0, KEY_LENGTH);
}

/** Without a note, the next start reads the image again, and nothing else is wrong. */
async function writeNote(path: string, key: string): Promise<void> {
  const partial = `${path}.${process.pid}`;
  try {
    await writeFile(partial, key, { mode: 0o600, flag: 'wx' });
    await rename(partial, path);
  } catch {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}
