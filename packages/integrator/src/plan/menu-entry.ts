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
  MAIN_GROUP,
  serializeListValue,
  serializeStringValue,
} from '@appimage-js/format';
import type { Override } from '../overrides/override.ts';
import { type AddedAction, addedActions, OWN_ACTION, type PORTABLE_FOLDERS } from './added-actions.ts';
import { rewriteExec } from './exec-line.ts';
import { keptLines, readableSuffix } from './kept-lines.ts';
import { type LaunchTemplate, launchLine } from './launch.ts';

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
  /** Absolute path of the launcher. */
  readonly launcher: string;
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
  readonly canUpdate: boolean;
  /** Folders beside the image, by what their names end with. */
  readonly portable: readonly (typeof PORTABLE_FOLDERS)[number][];
  /** What the user wants otherwise. */
  readonly override: Override;
}

/** The key that says which image an entry is of. */
const ID_KEY = 'X-AppImage-JS-Id';
const KEY = /^[A-Za-z0-9-]+$/;
const MIME_TYPE = /^[A-Za-z0-9][\w.+-]*\/[A-Za-z0-9][\w.+-]*$/;
const ACTION_ID = /^[A-Za-z0-9-]+$/;

/** The text of the menu entry; it begins anew, so that nothing gets into it that is not known to be harmless. */
export function menuEntry(request: MenuEntryRequest): string {
  const { entry, path, id, override } = request;
  const start = startLine(request);
  const actions = getActions(entry).filter(
    ({ id: actionId, name }) => ACTION_ID.test(actionId) && !actionId.startsWith(OWN_ACTION) && name !== undefined,
  );
  const added = override.actions === false ? [] : addedActions({ ...request, isTerminal: isTerminal(request) });
  const ids = [...actions, ...added].map((action) => action.id);
  const mimeTypes = (getStringList(entry, 'MimeType') ?? []).filter((type) => MIME_TYPE.test(type));
  const named = override.categories ?? categories(getStringList(entry, 'Categories') ?? []);
  const lines = [
    ...shownLines(request),
    `Exec=${serializeStringValue(rewriteExec(getString(entry, 'Exec'), start))}`,
    // The file itself, however it is started: where it is gone, the desktop hides the entry without being told.
    `TryExec=${serializeStringValue(path)}`,
    `Categories=${serializeListValue(named)}`,
    ...(mimeTypes.length === 0 ? [] : [`MimeType=${serializeListValue([...new Set(mimeTypes)])}`]),
    ...(override.hidden === true ? ['NoDisplay=true'] : []),
    `${ID_KEY}=${id}`,
    ...(ids.length === 0 ? [] : [`Actions=${serializeListValue(ids)}`]),
  ];
  for (const { id: actionId, group, exec, icon: actionIcon } of actions) {
    lines.push('', `[Desktop Action ${actionId}]`, ...keptLines(entry, group));
    lines.push(`Exec=${serializeStringValue(rewriteExec(exec, start))}`);
    if (actionIcon !== undefined && /^[\w.+-]+$/.test(actionIcon)) lines.push(`Icon=${actionIcon}`);
  }
  for (const action of added) lines.push('', ...addedLines(action));
  return `${lines.join('\n')}\n`;
}

/** The text of the entry that starts an application with the session, without files to open. */
export function autostartEntry(request: MenuEntryRequest): string {
  const { entry, path, id } = request;
  const exec = rewriteExec(getString(entry, 'Exec'), startLine(request), { withFields: false });
  const lines = [
    ...shownLines(request),
    `Exec=${serializeStringValue(exec)}`,
    `TryExec=${serializeStringValue(path)}`,
    `${ID_KEY}=${id}`,
    'X-GNOME-Autostart-enabled=true',
  ];
  return `${lines.join('\n')}\n`;
}

/** What is shown of the application, as the image says it or as the user wants it. */
function shownLines({ entry, icon, suffix, override }: MenuEntryRequest): string[] {
  const { name, comment, keywords, wmClass, terminal } = override;
  const ending = suffix === null ? '' : ` (${readableSuffix(suffix)})`;
  const own: readonly (readonly [replaced: readonly string[], line: string])[] = [
    ...(name === undefined
      ? []
      : [[['Name', 'X-GNOME-FullName'], `Name=${serializeStringValue(name + ending)}`] as const]),
    ...(comment === undefined ? [] : [[['Comment'], `Comment=${serializeStringValue(comment)}`] as const]),
    ...(keywords === undefined
      ? []
      : [[['Keywords', 'X-GNOME-Keywords', 'X-KDE-Keywords'], `Keywords=${serializeListValue(keywords)}`] as const]),
    ...(wmClass === undefined
      ? []
      : [[['StartupWMClass'], `StartupWMClass=${serializeStringValue(wmClass)}`] as const]),
    ...(terminal === undefined ? [] : [[['Terminal'], `Terminal=${terminal}`] as const]),
  ];
  const showIn = (['OnlyShowIn', 'NotShowIn'] as const).find((key) => getStringList(entry, key)?.length);
  return [
    `[${MAIN_GROUP}]`,
    'Type=Application',
    ...keptLines(entry, MAIN_GROUP, { suffix, replaced: own.flatMap(([replaced]) => replaced) }),
    ...own.map(([, line]) => line),
    `Icon=${serializeStringValue(override.icon ?? icon)}`,
    ...(showIn === undefined ? [] : [`${showIn}=${serializeListValue(desktops(entry, showIn))}`]),
  ];
}

function startLine(request: MenuEntryRequest): string {
  const { launch, override } = request;
  return launchLine(override.launch ?? launch, {
    ...request,
    environment: override.environment,
    arguments: override.arguments,
    isTerminal: isTerminal(request),
  });
}

function isTerminal({ entry, override }: Pick<MenuEntryRequest, 'entry' | 'override'>): boolean {
  return override.terminal ?? getString(entry, 'Terminal')?.trim() === 'true';
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
