import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/** The user's folder: `HOME`, else that of the system's list of users; undefined where neither says any, as in some containers. */
export function homeFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { HOME } = environment as Readonly<Record<'HOME', string | undefined>>;
  for (const find of [() => HOME ?? '', homedir, () => userInfo().homedir]) {
    try {
      const folder = find();
      if (isAbsolute(folder)) return folder;
    } catch {
      // The list has no such user.
    }
  }
  return undefined;
}
