/*
 * The AppImages that the menu knows, for commands that do not integrate: what they replace has to be shown as it is then.
 */
import { resolve } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { findPlaces, type ManifestImage, readManifest } from '@appimage-js/integrator';
import { syncFolders } from './integration.ts';
import type { Session } from './session.ts';

/** The images of this user's menu; none where there is no home, or where the record of them can not be read. */
export async function knownImages(session: Session): Promise<readonly ManifestImage[]> {
  try {
    return (await readManifest(findPlaces(session.environment))).manifest.images;
  } catch (error) {
    if (isAppImageError(error)) return [];
    throw error;
  }
}

/** Brings the menu up to date with files that were replaced, as far as it knows them. A failure is told, and what was done stays done. */
export async function showReplaced(session: Session, files: readonly string[]): Promise<void> {
  const known = new Set((await knownImages(session)).map(({ path }) => path));
  if (!files.some((file) => known.has(resolve(file)))) return;
  try {
    await syncFolders(session, findPlaces(session.environment));
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    session.note(`The menu is not up to date, see appimage sync: ${error.message}`);
  }
}
