import { type DesktopEntry, getString, hasGroup, MAIN_GROUP, setString } from '@appimage-js/format';
import type { AppDir } from '../inspect/app-dir.ts';
import { findProgram, PATH_FOLDERS } from '../inspect/entry-point.ts';

/** A desktop entry as the image has it. */
export interface EditedDesktopEntry {
  readonly entry: DesktopEntry;
  /** What was changed, for people. */
  readonly changes: readonly string[];
}

/** What is recorded in the desktop entry. */
export interface RecordedFacts {
  readonly name: string;
  readonly version: string | null;
  readonly architecture: string;
}

const ACTION_GROUP = /^Desktop Action /;
const COMMAND_KEYS = ['Exec', 'TryExec'];

/**
 * Records what the image is, where tools look for it, and makes commands relative that name a program of the AppDir as if it
 * were installed: an integrated menu entry would start the host's, or nothing.
 */
export function editDesktopEntry(entry: DesktopEntry, appDir: AppDir, facts: RecordedFacts): EditedDesktopEntry {
  const recorded = Object.entries({
    'X-AppImage-Name': getString(entry, 'X-AppImage-Name') ?? facts.name,
    'X-AppImage-Version': facts.version,
    'X-AppImage-Arch': facts.architecture,
  }).filter(([key, value]) => value !== null && getString(entry, key) !== value);
  const groups = [MAIN_GROUP, ...entry.groups.map(({ name }) => name).filter((name) => ACTION_GROUP.test(name))];
  const commands = groups
    .filter((group) => hasGroup(entry, group))
    .flatMap((group) => COMMAND_KEYS.map((key) => ({ group, key, value: getString(entry, key, { group }) })))
    .flatMap(({ value, ...place }) => {
      const relative = value === undefined ? undefined : relativeCommand(appDir, value);
      return relative === undefined ? [] : [{ ...place, value: relative }];
    });
  let edited = entry;
  for (const [key, value] of recorded) edited = setString(edited, key, value as string);
  for (const { key, value, group } of commands) edited = setString(edited, key, value, { group });
  return {
    entry: edited,
    changes: [
      ...recorded.map(([key, value]) => `${key}=${value}`),
      ...commands.map(({ key, value }) => `${key}=${value}`),
    ],
  };
}

/** The command line with the program's name alone, where that name leads to the same file; undefined where it does not. */
function relativeCommand(appDir: AppDir, command: string): string | undefined {
  const [, quote = '', path = ''] = /^("?)(\/[^\s"'\\$`%]+)\1(?=\s|$)/.exec(command) ?? [];
  const folder = PATH_FOLDERS.find((each) => path.startsWith(`/${each}/`));
  const name = path.slice((folder ?? '').length + 2);
  if (folder === undefined || name === '' || name.includes('/')) return undefined;
  const named = findProgram(appDir, path);
  if (named === undefined || findProgram(appDir, name)?.path !== named.path) return undefined;
  return name + command.slice(path.length + 2 * quote.length);
}
