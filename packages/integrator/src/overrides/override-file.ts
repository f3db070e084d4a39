import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import { readTextFile } from '../files/read-text-file.ts';
import { removeFile } from '../files/remove-file.ts';
import { writeAtomically } from '../files/write-file.ts';
import type { Places } from '../places/places.ts';
import { type Override, parseOverride, serializeOverride } from './override.ts';

const FILE = /^([0-9a-f]{16})\.json$/;

/** The overrides of all applications. */
export interface Overrides {
  /** By the applications' ids. */
  readonly overrides: ReadonlyMap<string, Override>;
  /** Which files count for nothing, and why. */
  readonly remarks: readonly string[];
}

/** The id of the application that an image is one of; a further version's own id begins with it. */
export function applicationId(id: string): string {
  return id.slice(0, 16);
}

/** Where the override of an application is. */
export function overridePath({ config }: Places, id: string): string {
  return join(config, 'appimage', 'overrides', `${applicationId(id)}.json`);
}

/**
 * Reads what the user wants otherwise of one application; nothing where there is no file.
 *
 * @param id of the application or of one of its images
 * @throws AppImageError `malformed`, `unsupported` for a file of a newer program, `io`
 */
export async function readOverride(places: Places, id: string): Promise<Override> {
  const path = overridePath(places, id);
  const text = await readTextFile(path, `Cannot read override ${path}`);
  if (text === undefined) return {};
  try {
    return parseOverride(text);
  } catch (error) {
    throw isAppImageError(error) ? inFile(path, error) : error;
  }
}

/** Reads all overrides. One that can not be read counts for nothing and keeps nobody from the others. */
export async function readOverrides(places: Places): Promise<Overrides> {
  const names = await readdir(dirname(overridePath(places, ''))).catch((): string[] => []);
  const overrides = new Map<string, Override>();
  const remarks: string[] = [];
  for (const name of names.sort()) {
    const id = FILE.exec(name)?.[1];
    if (id === undefined) continue;
    try {
      overrides.set(id, await readOverride(places, id));
    } catch (error) {
      if (!isAppImageError(error)) throw error;
      remarks.push(`${error.message}; it counts for nothing`);
    }
  }
  return { overrides, remarks };
}

/**
 * Replaces what the user wants otherwise of an application; an empty override takes the file away.
 *
 * @param id of the application or of one of its images
 * @throws AppImageError `io`
 */
export async function writeOverride(places: Places, id: string, override: Override): Promise<void> {
  const path = overridePath(places, id);
  if (Object.keys(override).length > 0) {
    return await writeAtomically(path, new TextEncoder().encode(serializeOverride(override)));
  }
  await removeFile(path);
  // Folders with anything else in them stay.
  for (const folder of [dirname(path), dirname(dirname(path))]) await rmdir(folder).catch(() => undefined);
}

/**
 * Adds to what the user wants otherwise of an application: keys that are there already stay as they are.
 *
 * @throws AppImageError as {@link readOverride} and {@link writeOverride}
 */
export async function addToOverride(places: Places, id: string, override: Override): Promise<void> {
  await writeOverride(places, id, { ...override, ...(await readOverride(places, id)) });
}

function inFile(path: string, cause: AppImageError): AppImageError {
  return new AppImageError(cause.code, `${path}: ${cause.message}`, { path, cause });
}
