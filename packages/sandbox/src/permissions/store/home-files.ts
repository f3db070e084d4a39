/*
 * Which files have had an application's own home folder: a list beside it, in the user's data folder, that no choice and no level changes.
 * It holds after a choice was forgotten, and for starts that keep no choice, so that no other file gets what is in that folder.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { Application } from './application.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the home folders of applications are: `appimage/homes` in `XDG_DATA_HOME`, else in `~/.local/share`. */
export function homesFolder(env: Environment): string {
  const data = env['XDG_DATA_HOME'];
  const home = env['HOME'];
  const base =
    data !== undefined && isAbsolute(data) ? data : join(home && isAbsolute(home) ? home : homedir(), '.local/share');
  return join(base, 'appimage', 'homes');
}

/**
 * The files that have had the home folder of an application; none where nobody else can claim it.
 *
 * @throws AppImageError `io`, or `malformed` for a list that is damaged: to pass it over would hand the folder out
 */
export async function readHomeFiles(
  env: Environment,
  { identity, isKnownByPath }: Pick<Application, 'identity' | 'isKnownByPath'>,
): Promise<readonly string[]> {
  if (isKnownByPath) return [];
  const path = listPath(env, identity);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw ioError('Cannot read who has had a home folder', path, cause);
  });
  if (text === '') return [];
  const files = parseList(text);
  if (files !== undefined) return files;
  throw new AppImageError('malformed', `Cannot read who has had a home folder: expected a list of files in ${path}`, {
    path,
  });
}

/**
 * Adds a file to those that have had the home folder of an application.
 *
 * @throws AppImageError as {@link readHomeFiles}
 */
export async function addHomeFile(env: Environment, application: Application): Promise<void> {
  const known = await readHomeFiles(env, application);
  if (application.isKnownByPath || known.includes(application.path)) return;
  const path = listPath(env, application.identity);
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(homesFolder(env), { recursive: true, mode: 0o700 });
    await writeFile(temporary, `${JSON.stringify([...known, application.path])}\n`, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError('Cannot write who has had a home folder', path, cause);
  }
}

function listPath(env: Environment, identity: string): string {
  return join(homesFolder(env), `${identity}.files.json`);
}

function parseList(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
