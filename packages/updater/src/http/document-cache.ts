import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homeFolder } from '../state/home-folder.ts';

/** What tells one answer from another. */
export interface DocumentKey {
  readonly url: string;
  readonly accept: string;
  /** Only its hash is ever written. */
  readonly authorization: string;
}

/** An answer as it was kept. */
export interface KeptDocument {
  readonly etag: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** Of all answers together; the ones that were not used for the longest time go first. */
const MAXIMUM_ENTRIES = 200;
/** Of one answer. */
const MAXIMUM_SIZE = 4 * 1_048_576;

/**
 * Answers of APIs, one file each. Nothing depends on it: what can not be read or written is as if it were not there, and
 * nothing of it is believed unless the server says by the entity tag that it still holds.
 */
export class DocumentCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(key: DocumentKey): Promise<KeptDocument | undefined> {
    const path = this.#path(key);
    try {
      const entry: unknown = JSON.parse(await readFile(path, 'utf8'));
      const kept = isEntry(entry) && entry.for === key.url ? entry : undefined;
      if (kept === undefined) return undefined;
      const now = new Date();
      await utimes(path, now, now);
      return { etag: kept.etag, url: kept.url, headers: kept.headers, bytes: new TextEncoder().encode(kept.body) };
    } catch {
      return undefined;
    }
  }

  async keep(key: DocumentKey, { etag, url, headers, bytes }: KeptDocument): Promise<void> {
    const body = bytes.length > MAXIMUM_SIZE ? undefined : decode(bytes);
    if (body === undefined) return;
    const temporary = join(this.#folder, `.${randomUUID()}`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(temporary, JSON.stringify({ for: key.url, etag, url, headers, body }), {
        mode: 0o600,
        flag: 'wx',
      });
      await rename(temporary, this.#path(key));
      await this.#prune();
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #prune(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'));
    if (names.length <= MAXIMUM_ENTRIES) return;
    const files = await Promise.all(
      names.map(async (name) => ({ name, used: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    files.sort((a, b) => a.used - b.used);
    const superfluous = files.slice(0, files.length - MAXIMUM_ENTRIES);
    await Promise.all(superfluous.map(({ name }) => rm(join(this.#folder, name), { force: true })));
  }

  #path({ url, accept, authorization }: DocumentKey): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([url, accept, authorization]))
      .digest('hex');
    return join(this.#folder, `${digest}.json`);
  }
}

/** In the folder that the platform has for what can be made again; null where the user has none. */
export function defaultCacheFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment as Readonly<Record<'XDG_CACHE_HOME' | 'LOCALAPPDATA', string>>;
  if (XDG_CACHE_HOME?.startsWith('/')) return join(XDG_CACHE_HOME, 'appimage', 'http');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'appimage', 'http');
  const home = homeFolder(environment);
  if (home === undefined) return null;
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'appimage', 'http');
  return join(home, '.cache', 'appimage', 'http');
}

interface Entry {
  readonly for: string;
  readonly etag: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  const { headers } = entry;
  return (
    ['for', 'etag', 'url', 'body'].every((name) => typeof entry[name] === 'string') &&
    typeof headers === 'object' &&
    headers !== null &&
    Object.values(headers).every((field) => typeof field === 'string')
  );
}

/** Answers that are kept are text, in JSON or XML; a byte order mark is a part of it. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
