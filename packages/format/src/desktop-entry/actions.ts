/*
 * Additional actions, such as "New Window". Desktop Entry Specification 1.5, "Additional applications actions":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/extra-actions.html
 */
import type { DesktopEntry } from './desktop-entry.ts';
import { getIconString, getLocaleString, getString, getStringList, hasGroup } from './lookup.ts';

/** One entry of the menu that a launcher shows for an application. */
export interface DesktopAction {
  /** As in the key `Actions`. */
  readonly id: string;
  /** Name of the group in the file, `Desktop Action` and the id. */
  readonly group: string;
  /** Undefined where the required key is missing. */
  readonly name: string | undefined;
  readonly icon: string | undefined;
  readonly exec: string | undefined;
}

/** The actions that the main group names and the file has a group for, in the order of the key `Actions`. */
export function getActions(entry: DesktopEntry, { locale }: { readonly locale?: string } = {}): DesktopAction[] {
  const ids = new Set(getStringList(entry, 'Actions') ?? []);
  return [...ids].flatMap((id) => {
    const group = `Desktop Action ${id}`;
    if (!hasGroup(entry, group)) return [];
    const options = locale === undefined ? { group } : { group, locale };
    return {
      id,
      group,
      name: getLocaleString(entry, 'Name', options),
      icon: getIconString(entry, 'Icon', options),
      exec: getString(entry, 'Exec', options),
    };
  });
}
