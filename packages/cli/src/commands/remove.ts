import { existsSync } from 'node:fs';
import {
  findPlaces,
  type Override,
  type Places,
  readManifest,
  readOverride,
  restoreFromTrash,
  trashFile,
  writeOverride,
} from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { findInstalled } from '../find-installed.ts';
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
    .option('--purge', 'forget also what was said of it by "appimage customize"')
    .option('--system', SYSTEM_HELP)
    .action(async (file, options) => {
      const places = placesOf(session, options);
      const image = findInstalled((await readManifest(places)).manifest.images, file, 'remove');
      const { path, name } = image;
      const deed = options.keepFile === true ? 'Take it out of the menu?' : 'Move it to the trash?';
      if (!(await confirm(session, `${name ?? path} is in ${path}. ${deed}`, options))) return;
      // What is at its path while its medium is away is another file.
      const isKept = options.keepFile === true || image.away || !existsSync(path);
      const trash = isKept ? null : await trashFile(findPlaces(session.environment), path);
      const override = options.purge === true ? await purge(places, image.id) : undefined;
      const { removed, kept } = await syncFolders(session, places, { forgotten: new Set([path]) }).catch(
        async (error) => {
          if (trash !== null) await restoreFromTrash(trash, path).catch(() => undefined);
          if (override !== undefined) await writeOverride(places, image.id, override).catch(() => undefined);
          throw error;
        },
      );
      if (session.settings.json) await session.printJson({ path, name, trash, removed, kept });
      else await session.summary(`Removed ${name ?? path}${trash === null ? '' : '; the file is in the trash'}`);
    });
}

/** Forgets what the user wants otherwise of an application; answers what that was. A file that can not be read goes, too. */
async function purge(places: Places, id: string): Promise<Override | undefined> {
  const override = await readOverride(places, id).catch(() => undefined);
  await writeOverride(places, id, {});
  return override;
}
