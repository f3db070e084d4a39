/*
 * The user's choice of applications. Association between MIME types and applications 1.0.1:
 * https://specifications.freedesktop.org/mime-apps-spec/latest/
 */

const GROUP = '[Default Applications]';

/** The default of a type; null where there is none. */
export function getDefault(text: string, type: string): string | null {
  const { lines, index } = find(text, type);
  return index < 0 ? null : (lines[index] as string).slice(type.length + 1).trim();
}

/** The text with a default; null takes it away. Every other line stays as it is. */
export function setDefault(text: string, type: string, value: string | null): string {
  const { lines, index, group } = find(text, type);
  if (index >= 0) lines.splice(index, 1, ...(value === null ? [] : [`${type}=${value}`]));
  else if (value !== null && group >= 0) lines.splice(group + 1, 0, `${type}=${value}`);
  else if (value !== null)
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${GROUP}\n${type}=${value}\n`;
  return lines.join('\n');
}

/** Whether nothing is in it but what {@link setDefault} leaves behind. */
export function isBlank(text: string): boolean {
  return text.trim() === '' || text.trim() === GROUP;
}

function find(text: string, type: string): { lines: string[]; index: number; group: number } {
  const lines = text.split('\n');
  const group = lines.findIndex((line) => line.trim() === GROUP);
  const next = lines.findIndex((line, at) => at > group && line.startsWith('['));
  const end = next < 0 ? lines.length : next;
  const index = group < 0 ? -1 : lines.findIndex((line, at) => at > group && at < end && line.startsWith(`${type}=`));
  return { lines, index, group };
}
