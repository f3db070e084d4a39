import { resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { type ManifestImage, readManifest, trashFile } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { confirm, placesOf, SYSTEM_HELP, syncFolders } from '../integration.ts';
import type { Session } from '../session.ts';

/** `appimage remove` */
export function removeCommand(session: Session) {
  return new Command('remove')
    .description(
      'Takes an AppImage out of the menu with everything that was written for it, and moves its file to the trash. What you have ' +
        'changed of the written files stays.',
    )
    .argument('<FILE>', 'its path, or the name of the application')
    .option('-y, --yes', 'do not ask')
    .option('--keep-file', 'leave the file where it is; in a watched folder it comes back with the next sync')
    .option('--system', SYSTEM_HELP)
    .action(async (file, options) => {
      const places = placesOf(session, options);
      const image = find((await readManifest(places)).manifest.images, file);
      const { path, name } = image;
      const deed = options.keepFile === true ? 'Take it out of the menu?' : 'Move it to the trash?';
      if (!(await confirm(session, `${name ?? path} is in ${path}. ${deed}`, options))) return;
      const { removed, kept } = await syncFolders(session, places, { forgotten: new Set([path]) });
      const trash = options.keepFile === true ? null : await trashFile(places, path);
      if (session.settings.json) await session.printJson({ path, name, trash, removed, kept });
      else await session.summary(`Removed ${name ?? path}${trash === null ? '' : '; the file is in the trash'}`);
    });
}

/** By path, else by name, which has to be that of one image only. */
function find(images: readonly ManifestImage[], text: string): ManifestImage {
  const byPath = images.find(({ path }) => path === resolve(text));
  if (byPath !== undefined) return byPath;
  const named = images.filter(({ name }) => name?.toLowerCase() === text.toLowerCase());
  const [first] = named;
  if (first !== undefined && named.length === 1) return first;
  const found = named.length === 0 ? 'no such file or name' : named.map(({ path }) => path).join(', ');
  throw new AppImageError(
    'not-found',
    `Cannot remove ${text}: expected an integrated AppImage (see appimage list), found ${found}`,
  );
}
