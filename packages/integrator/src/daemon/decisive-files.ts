import { basename, dirname, join } from 'node:path';
import { overridePath } from '../overrides/override-file.ts';
import type { Places } from '../places/places.ts';
import { settingsPath } from '../places/settings.ts';

/** Files beside the images that decide what is written for them: settings, overrides, and what says that nothing is wanted. */
export interface DecisiveFiles {
  readonly folders: readonly string[];
  /** Whether a file in one of the folders is one of them. */
  readonly has: (path: string) => boolean;
}

/** The decisive files of these places. */
export function decisiveFiles(places: Places): DecisiveFiles {
  const settings = settingsPath(places);
  const overrides = dirname(overridePath(places, ''));
  const optOuts = join(places.data, 'appimagekit');
  return {
    folders: [dirname(settings), overrides, optOuts],
    has: (path) => {
      const folder = dirname(path);
      if (folder === overrides) return path.endsWith('.json') && !basename(path).startsWith('.');
      return path === settings || (folder === optOuts && path.endsWith('no_desktopintegration'));
    },
  };
}
