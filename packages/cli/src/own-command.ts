import { realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/**
 * Words that start this command again, from places that do not have the user's PATH: the AppImage that it runs from, or Node with the file
 * that was started.
 */
export function ownCommand({ APPIMAGE: file, APPDIR: folder }: Readonly<NodeJS.ProcessEnv>): [string, ...string[]] {
  if (file && folder && import.meta.filename.startsWith(join(resolve(folder), sep))) return [resolve(file)];
  const [, script] = process.argv;
  return script === undefined ? ['appimage'] : [process.execPath, realpathSync(script)];
}
