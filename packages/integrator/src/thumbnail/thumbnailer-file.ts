import { serializeStringValue } from '@appimage-js/format';
import { type PlannedFile, plannedFile } from '../plan/planned-file.ts';

/** By the names that the shared MIME database has had for images. */
const TYPES = ['application/vnd.appimage', 'application/x-iso9660-appimage', 'application/x-appimage'];
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/**
 * Plans what tells file managers that `appimage thumbnail` draws images: those that are not integrated, and sizes that there are no thumbnails of.
 * What reads such files (GNOME's thumbnail factory, Tumbler) takes the line apart as a shell does.
 *
 * @param command the words that start `appimage`
 */
export function thumbnailerFile(command: readonly string[]): PlannedFile {
  const [program = 'appimage'] = command;
  const lines = [
    '[Thumbnailer Entry]',
    `TryExec=${serializeStringValue(program)}`,
    `Exec=${serializeStringValue(command.map(quoteWord).join(' '))} thumbnail --size %s -- %i %o`,
    `MimeType=${TYPES.map((type) => `${type};`).join('')}`,
  ];
  return plannedFile('thumbnailers/appimage-js.thumbnailer', `${lines.join('\n')}\n`);
}

/** A word of a shell; a percent sign would be a field. */
function quoteWord(word: string): string {
  const escaped = word.replaceAll('%', '%%');
  return PLAIN_WORD.test(escaped) ? escaped : `'${escaped.replaceAll("'", `'\\''`)}'`;
}
