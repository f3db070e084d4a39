/*
 * The ids of libappimage and its kin: the MD5 of a file's URI, which each of them spells in its own way. The encoded one is also
 * that of the thumbnail standard: https://specifications.freedesktop.org/thumbnail-spec/latest/
 */
import { hash } from 'node:crypto';
import { fileUri, percentEncoded } from '../thumbnail/file-uri.ts';

/** What encoders other than that of GLib leave as it is: Qt, Go, RFC 3986 to the letter. */
const ENCODERS = [/[\w\-.~/!$&'()*+,:;=@]/, /[\w\-.~/$&+,:;=@]/, /[\w\-.~/]/];

/** The id that file managers and AppImages of before 2019 use. */
export function encodedId(path: string): string {
  return hash('md5', fileUri(path));
}

/**
 * Every id that a program may have given a file: with the path as it is, and percent-encoded as GLib, Qt, Go and RFC 3986 do.
 *
 * @param paths all absolute paths of the file, with links resolved and not
 */
export function foreignIds(...paths: readonly string[]): Set<string> {
  return new Set(
    paths.flatMap((path) => [
      hash('md5', `file://${path}`),
      encodedId(path),
      ...ENCODERS.map((kept) => hash('md5', `file://${percentEncoded(path, kept)}`)),
    ]),
  );
}
