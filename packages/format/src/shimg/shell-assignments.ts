/*
 * Reads the variables that a shell script sets to fixed values, without running anything: NAME=value, quoted or not, on
 * lines of their own, several to a line, after `export`. What would need a shell to know (expansions, commands, conditions)
 * is passed over.
 * Source: POSIX.1-2024, Shell & Utilities, sections 2.2 (quoting) and 2.9.1 (simple commands).
 */

/** An assignment at a place where a command may begin. */
const ASSIGNMENT = /(?:(?:export|readonly)[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=/y;

/** What ends a word that is not quoted. */
const WORD_END = /[\s;&|<>()]/;

/** What ends a simple command; a comment does, too. */
const COMMAND_END = /[\n;&#]/;

/** Characters that a backslash takes their meaning from within double quotes. */
const ESCAPED_IN_QUOTES = /[$`"\\]/;

/** A word of the script; without a value where only a shell could tell it. */
interface Word {
  readonly value: string | undefined;
  /** Where the script goes on. */
  readonly end: number;
}

/** All assignments of fixed values, in the order of the script, a name as often as it is set. */
export function* shellAssignments(script: string): Generator<readonly [name: string, value: string], void, undefined> {
  for (let position = 0; position < script.length; ) {
    const command = readCommand(script, skipBlanks(script, position));
    yield* command.assignments;
    position = command.end;
  }
}

/** The assignments that a command consists of; none of one that does anything else, whose line is passed over. */
function readCommand(script: string, start: number) {
  const assignments: (readonly [string, string])[] = [];
  let position = start;
  while (true) {
    ASSIGNMENT.lastIndex = position;
    const name = ASSIGNMENT.exec(script)?.[1];
    if (name === undefined) break;
    const word = readWord(script, ASSIGNMENT.lastIndex);
    if (word.value !== undefined) assignments.push([name, word.value]);
    position = skipBlanks(script, word.end);
  }
  const next = script[position];
  const isAssignment = next === undefined || COMMAND_END.test(next);
  const isSeparator = next === ';' || next === '\n';
  return { assignments: isAssignment ? assignments : [], end: isSeparator ? position + 1 : nextLine(script, position) };
}

function readWord(script: string, start: number): Word {
  let value = '';
  let isFixed = true;
  let position = start;
  while (position < script.length) {
    const character = script[position] as string;
    if (WORD_END.test(character)) break;
    if (character === '$' || character === '`') return { value: undefined, end: endOfLine(script, position) };
    if (character === "'" || character === '"') {
      const quoted = character === "'" ? readSingleQuoted(script, position) : readDoubleQuoted(script, position);
      value += quoted.value ?? '';
      isFixed &&= quoted.value !== undefined;
      position = quoted.end;
    } else if (character === '\\') {
      const escaped = script[position + 1] ?? '';
      value += escaped === '\n' ? '' : escaped;
      position += 2;
    } else {
      value += character;
      position += 1;
    }
  }
  return { value: isFixed ? value : undefined, end: Math.min(position, script.length) };
}

function readSingleQuoted(script: string, start: number): Word {
  const close = script.indexOf("'", start + 1);
  if (close < 0) return { value: undefined, end: script.length };
  return { value: script.slice(start + 1, close), end: close + 1 };
}

/** To the closing quote, even where an expansion makes the value unknown: its lines are no commands. */
function readDoubleQuoted(script: string, start: number): Word {
  let value = '';
  let isFixed = true;
  for (let position = start + 1; position < script.length; position++) {
    const character = script[position] as string;
    if (character === '"') return { value: isFixed ? value : undefined, end: position + 1 };
    if (character === '$' || character === '`') isFixed = false;
    const escaped = character === '\\' ? script[position + 1] : undefined;
    if (escaped === '\n') position += 1;
    else if (escaped !== undefined && ESCAPED_IN_QUOTES.test(escaped)) {
      value += escaped;
      position += 1;
    } else value += character;
  }
  return { value: undefined, end: script.length };
}

/** A backslash in front of a line's end joins the next line to it. */
function skipBlanks(script: string, start: number): number {
  let position = start;
  while (true) {
    if (script[position] === ' ' || script[position] === '\t') position += 1;
    else if (script.startsWith('\\\n', position)) position += 2;
    else return position;
  }
}

function endOfLine(script: string, position: number): number {
  const end = script.indexOf('\n', position);
  return end < 0 ? script.length : end;
}

function nextLine(script: string, position: number): number {
  return Math.min(script.length, endOfLine(script, position) + 1);
}
