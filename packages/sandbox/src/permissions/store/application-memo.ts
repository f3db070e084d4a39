/*
 * What an image says of itself, remembered for the file as it is: a start then opens no image before the runtime does. One small file an
 * image, `appimage/applications` in the user's cache; whatever is odd about it counts as not remembered.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parsePermissions } from '../parse-permissions.ts';
import type { Application, ReadApplicationOptions } from './application.ts';

const VERSION = 1;
const MAX_SIZE = 262_144;

/** Options of {@link recallApplication}. */
export interface RecallApplicationOptions extends ReadApplicationOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads who an image says that it is, from what was remembered of the very file where that can be had.
 *
 * @throws AppImageError as `readApplication` does
 */
export async function recallApplication(file: string, options: RecallApplicationOptions): Promise<Application> {
  const known = await keyOf(file);
  const memo = known === undefined ? undefined : memoPath(known.path, options.env);
  if (known !== undefined && memo !== undefined) {
    const found = await readMemo(memo, known);
    if (found !== undefined) return found;
  }
  const { readApplication } = await import('./application.ts');
  const application = await readApplication(file, options);
  if (known !== undefined && memo !== undefined) await writeMemo(memo, known.key, application).catch(() => undefined);
  return application;
}

interface FileKey {
  readonly path: string;
  readonly key: string;
}

/** A file by all that changes when it is replaced or written to; a folder has no such thing. */
async function keyOf(file: string): Promise<FileKey | undefined> {
  try {
    const path = await realpath(file);
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return undefined;
    return { path, key: [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ') };
  } catch {
    return undefined; // reading it will tell
  }
}

function memoPath(path: string, env: RecallApplicationOptions['env']): string {
  const cache = env['XDG_CACHE_HOME'];
  const base = cache !== undefined && isAbsolute(cache) ? cache : join(env['HOME'] || homedir(), '.cache');
  const name = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return join(base, 'appimage', 'applications', `${name}.json`);
}

async function readMemo(memo: string, { path, key }: FileKey): Promise<Application | undefined> {
  try {
    const text = await readFile(memo, 'utf8');
    const value = text.length > MAX_SIZE ? undefined : (JSON.parse(text) as Record<string, unknown> | null);
    if (value?.['version'] !== VERSION || value['key'] !== key || value['path'] !== path) return undefined;
    const { name, desktopId, identity, isKnownByPath, isChromium, request } = value;
    if (typeof name !== 'string' || typeof desktopId !== 'string' || typeof identity !== 'string') return undefined;
    if (!/^\w[\w.-]*-[0-9a-f]{16}$/.test(identity)) return undefined;
    return {
      path,
      name,
      desktopId,
      identity,
      isKnownByPath: isKnownByPath === true,
      isChromium: isChromium === true,
      request: request === null ? undefined : readRequest(request),
    };
  } catch {
    return undefined;
  }
}

function readRequest(value: unknown): Application['request'] {
  const { permissions, from, ignored } = value as Record<string, unknown>;
  const texts = Array.isArray(ignored) ? ignored.filter((item) => typeof item === 'string') : [];
  return { permissions: parsePermissions(permissions), from: String(from), ignored: texts };
}

async function writeMemo(memo: string, key: string, { request, ...application }: Application): Promise<void> {
  await mkdir(join(memo, '..'), { recursive: true, mode: 0o700 });
  const temporary = `${memo}.${randomUUID()}`;
  const content = { version: VERSION, key, ...application, request: request ?? null };
  await writeFile(temporary, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  await rename(temporary, memo).catch(() => rm(temporary, { force: true }));
}
