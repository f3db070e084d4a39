/*
 * The file as lines, kept as they are: what is parsed and serialized again without a change has the same bytes.
 * Desktop Entry Specification 1.5, "Basic format of the file":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/basic-format.html
 */
import { AppImageError } from '../errors.ts';
import { decodeFileName, encodeFileName } from '../io/file-name.ts';

/** A parsed desktop entry file; a value that is never changed: edits make a new one. */
export interface DesktopEntry {
  /** Comments and blank lines before the first group. */
  readonly preamble: readonly CommentLine[];
  /** In the order of the file; a group that is there twice is listed twice, and looked up as if it were one. */
  readonly groups: readonly DesktopGroup[];
  /** What breaks the specification without making the file unreadable. */
  readonly problems: readonly DesktopEntryProblem[];
}

/** A group, such as `[Desktop Entry]` or `[Desktop Action NewWindow]`, with the lines up to the next one. */
export interface DesktopGroup {
  readonly name: string;
  /** The header line with its line ending. */
  readonly text: string;
  readonly lines: readonly DesktopLine[];
}

/** A line below a group header. */
export type DesktopLine = KeyLine | CommentLine;

/** `Key[locale]=value`. */
export interface KeyLine {
  readonly kind: 'key';
  readonly key: string;
  /** What stands between the brackets, such as `de_DE@euro`; null without brackets. */
  readonly locale: string | null;
  /** As it is written, escape sequences included. */
  readonly value: string;
  /** The whole line with its line ending. */
  readonly text: string;
}

/** A comment or a blank line. */
export interface CommentLine {
  readonly kind: 'comment';
  readonly text: string;
}

/** Something that the specification forbids and that common readers live with. */
export interface DesktopEntryProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** Options of {@link parseDesktopEntry}. */
export interface ParseDesktopEntryOptions {
  /** More bytes than this is an error with the code `limit`. Default 1 MiB. */
  readonly maxSize?: number;
}

/** The group that every desktop entry file has. */
export const MAIN_GROUP = 'Desktop Entry';

const LINE = /[^\n]*\n|[^\n]+$/g;
/** The brackets and the control characters that no group name may have. */
const GROUP_HEADER = /^\[([^\p{Cc}[\]]+)\]$/u;
const KEY_WITH_LOCALE = /^([^[\]]+)(?:\[([^[\]]*)\])?$/;
const STRICT_KEY = /^[A-Za-z0-9-]+$/;
const ESCAPED_BYTE = /[\udc80-\udcff]/;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Parses a desktop entry file. It refuses what GLib refuses too, and lists everything else that is wrong as a problem,
 * duplicate keys and groups for instance; the last of two duplicates counts.
 *
 * @example
 * import { getLocaleString, parseDesktopEntry } from '@appimage-js/format';
 *
 * const entry = parseDesktopEntry('[Desktop Entry]\nName=Word Count\nName[de]=Wörter zählen\n');
 * console.log(getLocaleString(entry, 'Name', { locale: 'de_AT' })); // Wörter zählen
 *
 * @throws AppImageError `malformed` with the line's number and offset, `limit` beyond `maxSize`
 */
export function parseDesktopEntry(
  input: Uint8Array | string,
  { maxSize = 1024 * 1024 }: ParseDesktopEntryOptions = {},
): DesktopEntry {
  if (input.length > maxSize) {
    throw new AppImageError(
      'limit',
      `Cannot parse desktop entry: file must have at most ${maxSize} bytes, found ${input.length}`,
    );
  }
  return new LineParser(typeof input === 'string' ? input : decodeFileName(input)).parse();
}

/** The bytes of the file; those that were parsed, where nothing was changed. */
export function serializeDesktopEntry(entry: DesktopEntry): Uint8Array {
  return encodeFileName(desktopEntryLines(entry).join(''));
}

/** All lines of the file with their endings. */
export function desktopEntryLines({ preamble, groups }: DesktopEntry): string[] {
  return [...preamble, ...groups.flatMap((group) => [group, ...group.lines])].map(({ text }) => text);
}

/** Walks over the lines once. */
class LineParser {
  readonly #text: string;
  readonly #preamble: CommentLine[] = [];
  readonly #groups: { name: string; text: string; lines: DesktopLine[] }[] = [];
  readonly #problems: DesktopEntryProblem[] = [];
  readonly #keys = new Map<string, Set<string>>();
  #line = 0;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): DesktopEntry {
    for (const [text] of this.#text.matchAll(LINE)) {
      this.#line += 1;
      this.#parseLine(text);
      this.#index += text.length;
    }
    const first = this.#groups[0]?.name;
    if (first !== MAIN_GROUP) {
      const found = first === undefined ? 'no group' : `[${first}]`;
      this.#problems.push({ line: 1, message: `the first group must be [${MAIN_GROUP}], found ${found}` });
    }
    return { preamble: this.#preamble, groups: this.#groups, problems: this.#problems };
  }

  #parseLine(text: string): void {
    const content = this.#contentOf(text);
    const group = this.#groups.at(-1);
    if (content === '' || content.startsWith('#')) {
      (group?.lines ?? this.#preamble).push({ kind: 'comment', text });
    } else if (content.startsWith('[')) {
      this.#groups.push({ name: this.#groupName(content), text, lines: [] });
    } else if (group === undefined) {
      throw this.#malformed('must come after a group header', content);
    } else {
      group.lines.push(this.#keyLine(group.name, content, text));
    }
  }

  /** The line without its ending and without the white space before it. */
  #contentOf(text: string): string {
    let content = text.endsWith('\n') ? text.slice(0, -1) : text;
    if (content.endsWith('\r')) {
      content = content.slice(0, -1);
      this.#problem('lines must end with a line feed alone, found a carriage return before it');
    }
    if (this.#line === 1 && content.startsWith(BYTE_ORDER_MARK)) {
      content = content.slice(1);
      this.#problem('the file must begin without a byte order mark');
    }
    if (ESCAPED_BYTE.test(content) && !content.isWellFormed()) this.#problem('text must be UTF-8');
    return content.replace(/^[ \t]+/, '');
  }

  #groupName(content: string): string {
    const name = GROUP_HEADER.exec(trimEnd(content))?.[1];
    if (name === undefined) throw this.#malformed(`must be a group header such as [${MAIN_GROUP}]`, content);
    if (this.#keys.has(name)) this.#problem(`group names must be unique, found [${name}] again`);
    else this.#keys.set(name, new Set());
    return name;
  }

  #keyLine(groupName: string, content: string, text: string): KeyLine {
    const equalsSign = content.indexOf('=');
    const match = equalsSign < 0 ? null : KEY_WITH_LOCALE.exec(trimEnd(content.slice(0, equalsSign)));
    if (match === null) throw this.#malformed('must be a group header, a key with a value, or a comment', content);
    const key = match[1] as string;
    const locale = match[2] ?? null;
    const name = locale === null ? key : `${key}[${locale}]`;
    if (!STRICT_KEY.test(key)) this.#problem(`keys must consist of A-Za-z0-9-, found ${JSON.stringify(key)}`);
    const known = this.#keys.get(groupName);
    if (known?.has(name)) this.#problem(`keys must be unique in their group, found ${name} again`);
    known?.add(name);
    return { kind: 'key', key, locale, value: content.slice(equalsSign + 1).replace(/^[ \t]+/, ''), text };
  }

  #problem(message: string): void {
    this.#problems.push({ line: this.#line, message });
  }

  #malformed(expected: string, content: string): AppImageError {
    const found = JSON.stringify(content.length > 60 ? `${content.slice(0, 60)}…` : content);
    return new AppImageError(
      'malformed',
      `Cannot parse desktop entry: line ${this.#line} ${expected}, found ${found}`,
      {
        offset: encodeFileName(this.#text.slice(0, this.#index)).length,
      },
    );
  }
}

/** Without the white space at the end; a loop, because the regular expression for it takes quadratic time. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return text.slice(0, end);
}
