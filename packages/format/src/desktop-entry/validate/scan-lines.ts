/*
 * The file as lines, read more leniently than `parseDesktopEntry` does: whatever is wrong is noted, and the rest is looked at
 * all the same. Desktop Entry Specification 1.5, "Basic format of the file".
 */
import type { FlawList } from './flaw-list.ts';
import { type ScannedKey, splitKey } from './scanned-key.ts';

/** A group with all keys under its name, in the order of the file. */
export interface ScannedGroup {
  readonly name: string;
  readonly line: number;
  readonly keys: ScannedKey[];
}

/** Takes a file apart; groups of the same name are one. */
export function scanLines(text: string, flaws: FlawList): ScannedGroup[] {
  const groups = new Map<string, ScannedGroup>();
  let current: ScannedGroup | undefined;
  for (const [index, rawLine] of text.split('\n').entries()) {
    const line = index + 1;
    const content = cleanLine(rawLine, line, flaws);
    if (content === '' || content.startsWith('#')) continue;
    const name = groupName(content, line, flaws);
    if (name !== undefined) {
      current = groups.get(name);
      if (current !== undefined) flaws.error(line, null, `groups must have different names, found [${name}] again`);
      current ??= { name, line, keys: [] };
      groups.set(name, current);
      continue;
    }
    const key = splitKey(content, line);
    if (key === undefined)
      flaws.error(line, null, `expected a group, a key with a value or a comment, found ${show(content)}`);
    else if (current === undefined)
      flaws.error(line, key.name, 'keys must come after a group header, found one before it');
    else current.keys.push(key);
  }
  return [...groups.values()];
}

/** A piece of a file for a message. */
export function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function cleanLine(rawLine: string, line: number, flaws: FlawList): string {
  let content = rawLine;
  if (content.includes('\r')) {
    flaws.errorOnce('carriage-return', line, 'lines must end with a line feed alone, found a carriage return');
    content = content.replaceAll('\r', '');
  }
  if (!content.isWellFormed()) flaws.warningOnce('encoding', line, 'the file must be UTF-8, found other bytes');
  if (/^[ \t\v\f]/.test(content)) {
    flaws.error(line, null, `lines must not begin with white space, found ${show(content)}`);
    content = content.replace(/^[ \t\v\f]+/, '');
  }
  return content;
}

function groupName(content: string, line: number, flaws: FlawList): string | undefined {
  if (!content.startsWith('[')) return undefined;
  const header = content.trimEnd();
  if (!header.endsWith(']')) return undefined;
  if (header !== content) flaws.error(line, null, `group headers must end with "]", found white space behind it`);
  return header.slice(1, -1);
}
