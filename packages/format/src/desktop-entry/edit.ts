import {
  type DesktopEntry,
  type DesktopGroup,
  type DesktopLine,
  desktopEntryLines,
  type KeyLine,
  MAIN_GROUP,
  parseDesktopEntry,
} from './desktop-entry.ts';
import { isKeyLine } from './lookup.ts';
import { serializeListValue, serializeStringValue } from './value.ts';

/** Which key of which group an edit is about. */
export interface EditOptions {
  /** Default `Desktop Entry`. It is appended to the file where it is missing. */
  readonly group?: string;
  /** The translation to change, such as `de_DE`. Default: the untranslated value. */
  readonly locale?: string;
}

/**
 * The entry with a value as it is to be written, escapes included. A key that is there keeps its place, a new one comes
 * after the group's last key; every other byte stays.
 *
 * @throws RangeError for a key, locale, group or value that would not read back as itself
 */
export function setRawValue(entry: DesktopEntry, key: string, value: string, options: EditOptions = {}): DesktopEntry {
  const { group: groupName = MAIN_GROUP, locale = null } = options;
  checkWritable(key, value, groupName, locale);
  const groupIndex = groupThatCounts(entry, groupName, key, locale);
  if (groupIndex < 0) return reparse(appendGroup(entry, groupName, keyText(key, locale, value, '\n')));
  const groups = entry.groups.with(
    groupIndex,
    setInGroup(entry.groups[groupIndex] as DesktopGroup, key, locale, value),
  );
  return reparse({ ...entry, groups });
}

/** The entry with a value of the type `string` or `localestring`; see {@link setRawValue}. */
export function setString(entry: DesktopEntry, key: string, text: string, options?: EditOptions): DesktopEntry {
  return setRawValue(entry, key, serializeStringValue(text), options);
}

/** The entry with a value of the type `string(s)` or `localestring(s)`; see {@link setRawValue}. */
export function setStringList(
  entry: DesktopEntry,
  key: string,
  items: readonly string[],
  options?: EditOptions,
): DesktopEntry {
  return setRawValue(entry, key, serializeListValue(items), options);
}

/** The entry without a key: one translation of it if `locale` is given, else the key with all its translations. */
export function removeKey(entry: DesktopEntry, key: string, options: EditOptions = {}): DesktopEntry {
  const { group: groupName = MAIN_GROUP, locale } = options;
  const isGone = (line: DesktopLine) =>
    locale === undefined ? line.kind === 'key' && line.key === key : isKeyLine(line, key, locale);
  const groups = entry.groups.map((group) =>
    group.name === groupName ? { ...group, lines: group.lines.filter((line) => !isGone(line)) } : group,
  );
  return reparse({ ...entry, groups });
}

/** The last group that has the key; where none has it, the first of that name; -1 where there is no such group. */
function groupThatCounts({ groups }: DesktopEntry, name: string, key: string, locale: string | null): number {
  const withKey = groups.findLastIndex(
    (group) => group.name === name && group.lines.some((line) => isKeyLine(line, key, locale)),
  );
  return withKey >= 0 ? withKey : groups.findIndex((group) => group.name === name);
}

function setInGroup(group: DesktopGroup, key: string, locale: string | null, value: string): DesktopGroup {
  const present = group.lines.findLastIndex((line) => isKeyLine(line, key, locale));
  if (present >= 0) {
    const line = group.lines[present] as KeyLine;
    return { ...group, lines: group.lines.with(present, { ...line, text: replaceValue(line, value) }) };
  }
  const lastKey = group.lines.findLastIndex((line) => line.kind === 'key');
  const text = keyText(key, locale, value, lineEnding(group.text) || '\n');
  return { ...group, lines: group.lines.toSpliced(lastKey + 1, 0, { kind: 'key', key, locale, value, text }) };
}

/** The line with another value; what is before the value and after it stays. */
function replaceValue({ text, value }: KeyLine, replacement: string): string {
  const ending = lineEnding(text);
  return text.slice(0, text.length - ending.length - value.length) + replacement + ending;
}

function appendGroup({ groups, ...entry }: DesktopEntry, name: string, firstLine: string): DesktopEntry {
  const separator = groups.length === 0 ? '' : '\n';
  return { ...entry, groups: [...groups, { name, text: `${separator}[${name}]\n${firstLine}`, lines: [] }] };
}

function keyText(key: string, locale: string | null, value: string, ending: string): string {
  return `${key}${locale === null ? '' : `[${locale}]`}=${value}${ending}`;
}

function lineEnding(text: string): string {
  return /\r?\n?$/.exec(text)?.[0] ?? '';
}

/** Parses what the edited lines say, so that the result is what a reader of the written file gets. */
function reparse(entry: DesktopEntry): DesktopEntry {
  const lines = desktopEntryLines(entry).map((line) => line.replace(/(?<!\n)$/, '\n'));
  return parseDesktopEntry(lines.join(''), { maxSize: Number.POSITIVE_INFINITY });
}

function checkWritable(key: string, value: string, group: string, locale: string | null): void {
  const check = (what: string, text: string, pattern: RegExp) => {
    if (!pattern.test(text))
      throw new RangeError(`Cannot set desktop entry key: invalid ${what} ${JSON.stringify(text)}`);
  };
  check('key', key, /^[A-Za-z0-9-]+$/);
  check('value', value, /^(?![ \t])[^\r\n]*$/);
  check('group', group, /^[^\p{Cc}[\]]+$/u);
  if (locale !== null) check('locale', locale, /^[A-Za-z0-9_.@-]+$/);
}
