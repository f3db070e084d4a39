/*
 * The entry `update_info` of the integration zip: one line of update information between two marks, by which a shell script
 * finds it in the file without an unpacker, as the entry is stored uncompressed.
 * Source: add_integration.sh and runtime.sh of mgord9518/shappimage.
 */
import { AppImageError } from '../errors.ts';

const BEGIN = '---BEGIN APPIMAGE [update_info]---';
const END = '---END APPIMAGE [update_info]---';

/** Either mark, also with the entry's name in early versions. */
const MARK = /^---(?:BEGIN|END) APPIMAGE \[(?:update_info|updInfo)\]---$/;

/** A line ends in a newline, or in "\n" spelled out: so it was written where the script's shell was bash. */
const LINE_END = /\r?\n|\\n/;

/**
 * The update information in an entry, as it is embedded in other types of AppImage: "zsync|https://…". Without the marks,
 * and also where there are none.
 *
 * @throws AppImageError `malformed` when there is no line, or more than one
 */
export function parseUpdateInfoEntry(bytes: Uint8Array): string {
  const lines = new TextDecoder().decode(bytes).split(LINE_END);
  const information = lines.map((line) => line.trim()).filter((line) => line !== '' && !MARK.test(line));
  const [first] = information;
  if (first !== undefined && information.length === 1) return first;
  throw new AppImageError(
    'malformed',
    `Cannot parse update_info: it must have one line of update information, found ${information.length}`,
  );
}

/**
 * Serializes update information with its marks. In the zip it must be stored, not compressed.
 *
 * @throws RangeError for text that is empty, or has a line break, NUL or white space around it
 */
export function serializeUpdateInfoEntry(information: string): Uint8Array {
  if (information === '' || information !== information.trim() || /[\r\n\0]|\\n/.test(information)) {
    throw new RangeError(
      `Cannot serialize update_info: update information must be one line, found ${JSON.stringify(information)}`,
    );
  }
  return new TextEncoder().encode(`${BEGIN}\n${information}\n${END}\n`);
}
