/*
 * A record is one small JSON file with its version in it. It is written beside its place and moved there, so that whoever reads it, or
 * loses power, has the old or the new one.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { syncFolder } from './sync-folder.ts';

/** How a record is told from one that is broken or was written by a later version of this package. */
export interface RecordKind<Content> {
  /** For messages: "pinned key". */
  readonly name: string;
  readonly version: number;
  /** Answers undefined for what is not one. */
  readonly parse: (value: Readonly<Record<string, unknown>>) => Content | undefined;
}

const MAXIMUM_SIZE = 1_048_576;

/**
 * Reads a record; undefined where there is none.
 *
 * @throws AppImageError `unsupported` for one of a later version, `malformed` for anything else that is no such record, `io`
 */
export async function readRecord<Content>(path: string, kind: RecordKind<Content>): Promise<Content | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw ioError(`Cannot read ${kind.name}`, path, cause);
  });
  if (text === undefined) return undefined;
  const value = parseObject(text);
  const version = value?.['version'];
  if (typeof version === 'number' && version > kind.version) {
    const found = `expected version ${kind.version} or older, found ${version}, of a newer program`;
    throw new AppImageError('unsupported', `Cannot read ${kind.name} in ${path}: ${found}`, { path });
  }
  const content = value !== undefined && version === kind.version ? kind.parse(value) : undefined;
  if (content !== undefined) return content;
  const remedy = 'the file is damaged; restore it from a backup, or move it away to start anew';
  throw new AppImageError('malformed', `Cannot read ${kind.name} in ${path}: ${remedy}`, { path });
}

/**
 * Writes a record, and makes sure that it is on the disk. Other users can not read it.
 *
 * @throws AppImageError `io`
 */
export async function writeRecord(
  path: string,
  kind: Pick<RecordKind<unknown>, 'name' | 'version'>,
  content: object,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    {
      await using file = await open(temporary, 'wx', 0o600);
      await file.writeFile(`${JSON.stringify({ version: kind.version, ...content }, undefined, 2)}\n`);
      await file.sync();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError(`Cannot write ${kind.name}`, path, cause);
  }
}

/** Removes a record, if it is there. */
export async function removeRecord(path: string, { name }: Pick<RecordKind<unknown>, 'name'>): Promise<void> {
  await rm(path, { force: true }).catch((cause: unknown) => {
    throw ioError(`Cannot remove ${name}`, path, cause);
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > MAXIMUM_SIZE) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
