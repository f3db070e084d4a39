/*
 * The menu entry of an image, made from its own. Desktop Entry Specification 1.5:
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/
 */
import {
  type DesktopEntry,
  getActions,
  getString,
  getStringList,
  isMenuCategory,
  type KeyLine,
  MAIN_GROUP,
  serializeListValue,
  serializeStringValue,
} from '@appimage-js/format';
import { type AddedAction, addedActions } from './added-actions.ts';
import { rewriteExec } from './exec-line.ts';
import { type LaunchTemplate, launchWords } from './launch.ts';

/** What a menu entry is made of, beside the image's own. */
export interface MenuEntryRequest {
  readonly entry: DesktopEntry;
  readonly path: string;
  readonly id: string;
  /** The value for `Icon`. */
  readonly icon: string;
  /** Put behind the name in brackets, to tell images of one application apart. */
  readonly suffix: string | null;
  readonly launch: LaunchTemplate;
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
  readonly canUpdate: boolean;
}

/** The key that says which image an entry is of. */
const ID_KEY = 'X-AppImage-JS-Id';

/** Keys that are made anew, mean something inside of the image alone, or would start it in another way. */
const OWN_KEYS = new Set([
  'Type',
  'Version',
  'Exec',
  'TryExec',
  'Icon',
  'Path',
  'DBusActivatable',
  'Actions',
  'Categories',
  'Hidden',
  'NoDisplay',
  'URL',
  'MimeType',
  'OnlyShowIn',
  'NotShowIn',
  'X-AppImage-Integrate',
  'X-AppImage-Identifier',
  ID_KEY,
  'Encoding',
  'MultipleArgs',
]);
const KEY = /^[A-Za-z0-9-]+$/;
const LOCALE = /^[A-Za-z]{1,8}(?:_[A-Za-z0-9]+)?(?:\.[\w-]+)?(?:@\w+)?$/;
const CONTROL = /[\p{Cc}]/u;
const MIME_TYPE = /^[A-Za-z0-9][\w.+-]*\/[A-Za-z0-9][\w.+-]*$/;
const ACTION_ID = /^[A-Za-z0-9-]+$/;
const NAMES = new Set(['Name', 'GenericName', 'X-GNOME-FullName']);
const MAXIMUM_VALUE_LENGTH = 4096;

/** The text of the menu entry; it begins anew, so that nothing gets into it that is not known to be harmless. */
export function menuEntry(request: MenuEntryRequest): string {
  const { entry, path, id, icon, launch, command, canUpdate } = request;
  const start = launchWords(launch, path);
  const actions = getActions(entry).filter((action) => ACTION_ID.test(action.id) && action.name !== undefined);
  const added = addedActions(command, path, { canUpdate });
  const mimeTypes = (getStringList(entry, 'MimeType') ?? []).filter((type) => MIME_TYPE.test(type));
  const showIn = (['OnlyShowIn', 'NotShowIn'] as const).find((key) => getStringList(entry, key)?.length);
  const lines = [
    `[${MAIN_GROUP}]`,
    'Type=Application',
    ...keptLines(entry, MAIN_GROUP, request.suffix),
    `Exec=${serializeStringValue(rewriteExec(getString(entry, 'Exec'), start))}`,
    ...(launch === 'self' ? [`TryExec=${serializeStringValue(path)}`] : []),
    `Icon=${serializeStringValue(icon)}`,
    `Categories=${serializeListValue(categories(getStringList(entry, 'Categories') ?? []))}`,
    ...(mimeTypes.length === 0 ? [] : [`MimeType=${serializeListValue([...new Set(mimeTypes)])}`]),
    ...(showIn === undefined ? [] : [`${showIn}=${serializeListValue(desktops(entry, showIn))}`]),
    `${ID_KEY}=${id}`,
    `Actions=${serializeListValue([...actions, ...added].map((action) => action.id))}`,
  ];
  for (const { id: actionId, group, exec, icon: actionIcon } of actions) {
    lines.push('', `[Desktop Action ${actionId}]`, ...keptLines(entry, group, null).filter(isOfAction));
    lines.push(`Exec=${serializeStringValue(rewriteExec(exec, start))}`);
    if (actionIcon !== undefined && /^[\w.+-]+$/.test(actionIcon)) lines.push(`Icon=${actionIcon}`);
  }
  for (const action of added) lines.push('', ...addedLines(action));
  return `${lines.join('\n')}\n`;
}

/** Lines of a group that can stay as they are; of keys that are there twice, the last counts. */
function keptLines(entry: DesktopEntry, group: string, suffix: string | null): string[] {
  const lines = entry.groups
    .filter(({ name }) => name === group)
    .flatMap((each) => each.lines)
    .filter((line): line is KeyLine => line.kind === 'key' && isKept(line));
  const last = new Map(lines.map((line) => [`${line.key}[${line.locale ?? ''}]`, line]));
  return [...last.values()].map(({ key, locale, value }) => {
    const ending = suffix !== null && key === 'Name' ? ` (${serializeStringValue(suffix)})` : '';
    return `${key}${locale === null ? '' : `[${locale}]`}=${value}${ending}`;
  });
}

function isKept({ key, locale, value }: KeyLine): boolean {
  if (!KEY.test(key) || OWN_KEYS.has(key) || (locale !== null && !LOCALE.test(locale))) return false;
  // What is read from it must be one line too: names are shown, and some launchers hand them on.
  const text = NAMES.has(key) ? value.replaceAll(/\\[ntr]/g, '\n') : value;
  return value.length <= MAXIMUM_VALUE_LENGTH && !CONTROL.test(text) && value.isWellFormed();
}

function isOfAction(line: string): boolean {
  return line.startsWith('Name') || line.startsWith('X-');
}

/** Without those that no menu has; an application that fits nowhere else is a utility. */
function categories(named: readonly string[]): string[] {
  const known = [...new Set(named)].filter((name) => KEY.test(name) && isMenuCategory(name));
  if ((known.includes('Audio') || known.includes('Video')) && !known.includes('AudioVideo')) known.push('AudioVideo');
  return known.length === 0 ? ['Utility'] : known;
}

function desktops(entry: DesktopEntry, key: string): string[] {
  return (getStringList(entry, key) ?? []).filter((name) => KEY.test(name));
}

function addedLines({ id, names, exec }: AddedAction): string[] {
  return [
    `[Desktop Action ${id}]`,
    ...[...names].map(([locale, name]) => `Name${locale === null ? '' : `[${locale}]`}=${name}`),
    `Exec=${serializeStringValue(exec)}`,
  ];
}
