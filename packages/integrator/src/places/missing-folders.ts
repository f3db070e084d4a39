import { join } from 'node:path';
import { missingFolders } from '../files/write-file.ts';
import { overridePath } from '../overrides/override-file.ts';
import { applicationsFolder, type Places } from './places.ts';
import { settingsPath } from './settings.ts';

/**
 * The folders for images, settings and overrides that are not there yet, with those that they are in. Who makes any of them before a sync
 * hands this to it as `missing`, so that they go again with the last image.
 */
export async function listMissingFolders(places: Places): Promise<readonly string[]> {
  const files = [join(applicationsFolder(places), 'image'), settingsPath(places), overridePath(places, '')];
  const missing = await Promise.all(files.map(missingFolders));
  return [...new Set(missing.flat())];
}
