/*
 * Another program's place in the user's choice of applications. Association between MIME types and applications 1.0.1:
 * https://specifications.freedesktop.org/mime-apps-spec/latest/
 */

/** A list of choices in which one program has the place of another. */
export interface TakenOverDefaults {
  readonly text: string;
  /** The types that the program was first choice for, with what the value is without it; null where nothing is left. */
  readonly previous: ReadonlyMap<string, string | null>;
}

const DEFAULTS = '[Default Applications]';
/** What can be given back. */
const TYPE = /^[^\s=[\]]+$/;
const GROUPS = new Set([DEFAULTS, '[Added Associations]', '[Removed Associations]']);

/**
 * Puts one program into the place of another, as default and among those that the user has added or taken away; every other line stays.
 *
 * @param text of `mimeapps.list`
 * @param from desktop id of the program that goes
 * @param to that of the one that comes
 */
export function takeOverDefaults(text: string, from: string, to: string): TakenOverDefaults {
  const previous = new Map<string, string | null>();
  let group = '';
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trim();
    if (trimmed.startsWith('[')) group = trimmed;
    const equals = line.indexOf('=');
    if (!GROUPS.has(group) || equals < 0) return line;
    const type = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    const ids = value.split(';').filter((id) => id !== '');
    if (!ids.includes(from)) return line;
    const ending = value.endsWith(';') ? ';' : '';
    const others = ids.filter((id) => id !== from && id !== to);
    if (group === DEFAULTS && ids[0] === from && TYPE.test(type)) previous.set(type, joined(others, ending));
    const changed = [...new Set(ids.map((id) => (id === from ? to : id)))];
    return `${line.slice(0, equals)}=${joined(changed, ending)}`;
  });
  return { text: lines.join('\n'), previous };
}

/** The value of a choice without a program; null where nothing is left. */
export function withoutProgram(value: string, program: string): string | null {
  const ids = value.split(';').filter((id) => id !== '' && id !== program);
  return joined(ids, value.endsWith(';') ? ';' : '');
}

function joined(ids: readonly string[], ending: string): string | null {
  return ids.length === 0 ? null : `${ids.join(';')}${ending}`;
}
