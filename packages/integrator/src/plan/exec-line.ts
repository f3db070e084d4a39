/*
 * Command lines of images as they are for the menu. Desktop Entry Specification 1.5, "The Exec key":
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
import { isAppImageError, parseExec } from '@appimage-js/format';

const RESERVED = /[\s"'\\><~|&;$*?#()`]/;
const DEPRECATED = new Set(['%d', '%D', '%n', '%N', '%v', '%m']);
/** They become several arguments, so that they have to be one. */
const LISTS = new Set(['%F', '%U', '%i']);
const SINGLE = new Set(['%%', '%f', '%u', '%c', '%k']);

/**
 * The arguments of a command line from an image, behind another program. The image's own program is dropped, with an `env` before it;
 * field codes stay, but no more than one for files.
 *
 * @param start the new program with its arguments, quoted
 */
export function rewriteExec(
  exec: string | undefined,
  start: string,
  { withFields = true }: { readonly withFields?: boolean } = {},
): string {
  let hasFiles = !withFields;
  const args = argumentsOf(exec).flatMap((argument) => {
    const known = argument.replace(/%(.?)/gsu, (code) => keptCode(code, code === argument));
    if (known === '' && argument !== '') return [];
    const isForFiles = /(?<!%)(?:%%)*%[fFuU]/.test(known);
    if (isForFiles && hasFiles) return [];
    hasFiles ||= isForFiles;
    return [quote(known)];
  });
  return [start, ...args].join(' ');
}

function argumentsOf(exec: string | undefined): string[] {
  if (exec === undefined) return [];
  try {
    const words = parseExec(exec);
    const first = words.shift() ?? '';
    if (!/(?:^|\/)env$/.test(first)) return words;
    const program = words.findIndex((word) => !(word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)));
    return program < 0 ? [] : words.slice(program + 1);
  } catch (error) {
    if (isAppImageError(error)) return []; // a command line that no launcher would read either
    throw error;
  }
}

/** A field code as it may stay; one that does not exist becomes the text that it looks like. */
function keptCode(code: string, isWhole: boolean): string {
  if (SINGLE.has(code)) return code;
  if (LISTS.has(code)) return isWhole ? code : '';
  return DEPRECATED.has(code) ? '' : `%${code}`;
}

/** Percent signs have their meaning already. */
function quote(argument: string): string {
  const text = argument.replaceAll(/[\r\n\0]/g, ' ');
  if (text !== '' && !RESERVED.test(text)) return text;
  return `"${text.replace(/["`$\\]/g, '\\$&')}"`;
}
