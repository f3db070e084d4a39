import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { manifestFolder, type Places } from '../places/places.ts';
import { type PlannedFile, plannedFile } from '../plan/planned-file.ts';

const PATH = 'appimage/integration/launch';

/** Where the program is that menu entries start images with, as an absolute path. */
export function launcherPath(places: Places): string {
  return join(manifestFolder(places), 'launch');
}

/** The program itself, a POSIX shell script: it needs nothing of this toolkit when it runs. */
export function launcherFile(): PlannedFile {
  return plannedFile(PATH, readFileSync(new URL('launcher/launch.sh', PACKAGE_FOLDER)), { mode: 0o755 });
}
