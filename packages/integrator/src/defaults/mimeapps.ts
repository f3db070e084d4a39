/*
 * The user's choice of applications. Association between MIME types and applications 1.0.1:
 * https://specifications.freedesktop.org/mime-apps-spec/latest/
 */

const GROUP = '[Default Applications]';

/** The default of a type; null where there is none. */
export function getDefault(text: string, type: string): string | null {
  const { lines, index } = find(text, type);
  return index < 0 ? null : (lines[index] as string).replace(/^[^=]*=/, '').trim();
}

/** Whether there is a place for defaults. */
export function hasGroup(text: string): boolean {
  return text.split('\n').some((line) => line.trim() === GROUP);
}

/** The text with a default; null takes it away. Every other line stays as it is; a place for defaults comes before all others. */
export function setDefault(text: string, type: string, value: string | null): string {
  const { lines, index, group } = find(text, type);
  const head = /^[^=]*=\s*/.exec(lines[index] ?? '')?.[0] ?? '';
  if (index >= 0) lines.splice(index, 1, ...(value === null ? [] : [head + value]));
  else if (value !== null && group >= 0) lines.splice(group + 1, 0, `${type}=${value}`);
  else if (value !== null) return `${GROUP}\n${type}=${value}\n${text}`;
  return lines.join('\n');
}

/** The text without the place for defaults that {@link setDefault} has made, if nothing is in it. */
export function withoutMadeGroup(text: string): string {
  const [first = '', ...lines] = text.split('\n');
  const next = lines.findIndex((line) => line.startsWith('['));
  const own = next < 0 ? lines : lines.slice(0, next);
  return first === GROUP && !own.some((line) => line.includes('=')) ? lines.join('\n') : text;
}

function find(text: string, type: string): { lines: string[]; index: number; group: number } {
  const lines = text.split('\n');
  const group = lines.findIndex((line) => line.trim() === GROUP);
  const next = lines.findIndex((line, at) => at > group && line.startsWith('['));
  const end = next < 0 ? lines.length : next;
  const isIt = (line: string) => line.includes('=') && line.slice(0, line.indexOf('=')).trim() === type;
  const index = group < 0 ? -1 : lines.findIndex((line, at) => at > group && at < end && isIt(line));
  return { lines, index, group };
}
