import { closeSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { ConfinementPlan } from '../plan/confinement-plan.ts';

/**
 * Makes an application's home folder and the mount points in it. A link in the place of one is refused: the application could have
 * put it there, to have a granted folder mounted somewhere else.
 *
 * @throws AppImageError `not-permitted` for such a link, `io`
 */
export function preparePrivateHome({ home, created }: Pick<ConfinementPlan, 'home' | 'created'>): void {
  for (const folder of created) makeFolder(folder, 0o755);
  if (home === undefined) return;
  makeFolder(home.directory, 0o700, ' (start with --allow home=temporary to do without)');
  for (const { path, kind } of home.mountPoints) makeMountPoint(join(home.directory, path), kind);
}

function makeFolder(path: string, mode: number, remedy = ''): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (cause) {
    throw ioError(`Cannot make ${path}${remedy}`, path, cause);
  }
}

function makeMountPoint(path: string, kind: 'directory' | 'file'): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (kind === 'directory' ? found?.isDirectory() : found?.isFile()) return;
  if (found !== undefined) {
    const expected = kind === 'directory' ? 'a folder' : 'a file';
    const message = `Cannot mount on ${path}: it must be ${expected} and no link, found something else; move it away`;
    throw new AppImageError('not-permitted', message, { path });
  }
  try {
    if (kind === 'directory') mkdirSync(path, { mode: 0o700 });
    else closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    throw ioError(`Cannot make ${path}`, path, cause);
  }
}
