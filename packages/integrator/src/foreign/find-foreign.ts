import type { ReadOptions } from '@appimage-js/format';
import type { Places } from '../places/places.ts';
import { filesOfEntry, findLeftovers, listForeignFiles } from './belonging-files.ts';
import { findEntries } from './find-entries.ts';
import type { ForeignEntry, ForeignFindings } from './foreign-entry.ts';

/**
 * Finds what other integrators have written: AppImageLauncher and all that use libappimage, go-appimaged, AppImageKit's script, Gear Lever, AM,
 * AppImagePool, and scripts around `appimage-run`. Nothing is changed, no symlink is followed, and what can not be read is left out.
 */
export async function findForeign(places: Places, options: ReadOptions = {}): Promise<ForeignFindings> {
  const found = await findEntries(places, options);
  const files = await listForeignFiles(places, options);
  const entries: ForeignEntry[] = [];
  for (const each of found.foreign) {
    const { entry: _entry, relativePath: _relativePath, realImage: _realImage, imageFile: _imageFile, ...rest } = each;
    entries.push({ ...rest, files: await filesOfEntry(each, files, found, places) });
  }
  entries.sort((left, right) => (left.path < right.path ? -1 : 1));
  return { entries, leftovers: await findLeftovers(files, found, places) };
}
