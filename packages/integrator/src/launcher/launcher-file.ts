import { readFileSync } from 'node:fs';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { type Places, pathOf } from '../places/places.ts';
import { type PlannedFile, plannedFile } from '../plan/planned-file.ts';

const PATH = 'appimage/integration/launch';

/** Where the program is that menu entries start images with, as an absolute path. */
export function launcherPath(places: Places): string {
  return pathOf(places, { root: 'data', path: PATH });
}

/** The program itself, a POSIX shell script: it needs nothing of this toolkit when it runs. */
export function launcherFile(): PlannedFile {
  return plannedFile(PATH, readFileSync(new URL('launcher/launch.sh', PACKAGE_FOLDER)), { mode: 0o755 });
}
