/*
 * One file an application, `appimage/permissions/IDENTITY.json` in the user's configuration: what the user has granted, what the image
 * asked for at that time, and the files that were meant. It is written beside its place and moved there.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { parsePermissions } from '../parse-permissions.ts';
import type { Permissions } from '../permissions.ts';

/** What is kept of a user's choice. */
export interface StoredChoice {
  /** What is granted. */
  readonly permissions: Permissions;
  /** What the image asked for when the user chose; null where it asked for nothing. More than that has to be asked anew. */
  readonly asked: Permissions | null;
  /** The files that the choice is for. Another file that claims to be the same application is asked about. */
  readonly files: readonly string[];
  /** As the image called itself, for people who read the file. */
  readonly name: string;
}

const VERSION = 1;
const MAX_SIZE = 1_048_576;

/** Where choices are kept: `appimage/permissions` in `XDG_CONFIG_HOME`, else in `~/.config`. */
export function permissionFolder(env: Readonly<Record<string, string | undefined>>): string {
  const config = env['XDG_CONFIG_HOME'];
  const home = env['HOME'];
  const base =
    config !== undefined && isAbsolute(config) ? config : join(home && isAbsolute(home) ? home : homedir(), '.config');
  return join(base, 'appimage', 'permissions');
}

/** The file in which the choice for an application is. */
export function choicePath(folder: string, identity: string): string {
  return join(folder, `${identity}.json`);
}

/**
 * Reads the choice for an application; undefined where the user has not chosen. One that can not be read is an error, never "none":
 * that would be a way around it.
 *
 * @throws AppImageError `malformed`, `unsupported`, `untrusted` for one that another user may have written, or `io`, with the file's path
 */
export async function readChoice(folder: string, identity: string): Promise<StoredChoice | undefined> {
  const path = choicePath(folder, identity);
  const text = await readOwnFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw isAppImageError(cause) ? cause : ioError(`Cannot read permissions in ${path}`, path, cause);
  });
  return text === undefined ? undefined : parseChoice(text, path);
}

/** What another user has written, or could have, is nobody's choice: under sudo, the home folder may be somebody else's. */
async function readOwnFile(path: string): Promise<string> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const found = await file.stat();
  if (!found.isFile() || found.size > MAX_SIZE) throw damaged(path, `it must be a file of at most ${MAX_SIZE} bytes`);
  const isOwn = found.uid === process.geteuid?.() || found.uid === 0;
  if (isOwn && (found.mode & 0o002) === 0) return await file.readFile('utf8');
  throw new AppImageError(
    'untrusted',
    `Cannot read permissions in ${path}: expected a file of yours that not everybody can write to, found one of user ${found.uid} with mode ${(found.mode & 0o777).toString(8)}; mend that, or forget it with "appimage permissions reset"`,
    { path },
  );
}

function parseChoice(text: string, path: string): StoredChoice {
  const value = parseObject(text, path);
  const version = value['version'];
  if (typeof version === 'number' && version > VERSION) {
    const found = `expected version ${VERSION}, found ${version}, of a newer program`;
    throw new AppImageError('unsupported', `Cannot read permissions in ${path}: ${found}`, { path });
  }
  const { permissions, asked, files, name } = value;
  if (version !== VERSION || !isTextList(files) || typeof name !== 'string') {
    throw damaged(path, 'it must have version, name, files and permissions');
  }
  try {
    const parsedAsked = asked === null || asked === undefined ? null : parsePermissions(asked);
    return { permissions: parsePermissions(permissions), asked: parsedAsked, files, name };
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * Keeps a choice, and makes sure that it is on the disk. Other users can not read it.
 *
 * @throws AppImageError `io`
 */
export async function writeChoice(folder: string, identity: string, choice: StoredChoice): Promise<void> {
  const path = choicePath(folder, identity);
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    {
      await using file = await open(temporary, 'wx', 0o600);
      await file.writeFile(`${JSON.stringify({ version: VERSION, ...choice }, undefined, 2)}\n`);
      await file.sync();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError(
      `Cannot write permissions to ${folder} (set XDG_CONFIG_HOME to a folder that can be written to)`,
      path,
      cause,
    );
  }
}

/**
 * Forgets the choice for an application. Answers whether there was one.
 *
 * @throws AppImageError `io`
 */
export async function removeChoice(folder: string, identity: string): Promise<boolean> {
  const path = choicePath(folder, identity);
  try {
    await rm(path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw ioError('Cannot remove permissions', path, cause);
  }
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'it is no JSON', cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw damaged(path, 'it must be an object');
}

function damaged(path: string, found: string, cause?: unknown): AppImageError {
  const remedy = 'mend it, or forget it with "appimage permissions reset"';
  return new AppImageError('malformed', `Cannot read permissions in ${path}: ${found}; ${remedy}`, {
    path,
    ...(cause !== undefined && { cause }),
  });
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
