/*
 * The ids of libappimage and its kin: the MD5 of a file's URI, which each of them spells in its own way. The encoded one is also
 * that of the thumbnail standard: https://specifications.freedesktop.org/thumbnail-spec/latest/
 */
import { createHash } from 'node:crypto';

const UNRESERVED = /[A-Za-z0-9\-_.~/]/;
/** What encoders leave as it is, beside {@link UNRESERVED}. */
const ENCODERS = {
  glib: /[!$&'()*+,:=@]/,
  qt: /[!$&'()*+,:;=@]/,
  go: /[$&+,:;=@]/,
  strict: /[^\s\S]/,
} as const;

/** The id that file managers and AppImages of before 2019 use. */
export function encodedId(path: string): string {
  return md5(`file://${encode(path, ENCODERS.glib)}`);
}

/**
 * Every id that a program may have given a file: with the path as it is, and percent-encoded as GLib, Qt, Go and RFC 3986 do.
 *
 * @param paths all paths of the file, with links resolved and not
 */
export function foreignIds(...paths: readonly string[]): Set<string> {
  return new Set(
    paths.flatMap((path) => [
      md5(`file://${path}`),
      ...Object.values(ENCODERS).map((kept) => md5(`file://${encode(path, kept)}`)),
    ]),
  );
}

function encode(path: string, kept: RegExp): string {
  return [...new TextEncoder().encode(path)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (byte < 0x80 && (UNRESERVED.test(character) || kept.test(character))) return character;
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
