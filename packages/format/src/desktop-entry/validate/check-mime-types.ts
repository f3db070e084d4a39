/*
 * Media types as `MimeType` may have them. RFC 6838, "Naming requirements", and Shared MIME-info Database 0.21, which adds the
 * media `inode`, `x-content` and `x-scheme-handler`.
 */
import type { FlawList } from './flaw-list.ts';
import { show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';
import { splitList, tellRepeated } from './split-list.ts';

const MEDIA: ReadonlySet<string> = new Set([
  'application',
  'audio',
  'chemical',
  'font',
  'image',
  'inode',
  'model',
  'text',
  'video',
  'x-content',
  'x-scheme-handler',
]);
/** Types of other media that files are of all the same. */
const OTHERS: ReadonlySet<string> = new Set(['message/rfc822', 'misc/ultravox']);
const TOKEN = /^[A-Za-z0-9!#$&.+^_-]+$/;

/** Looks at the value of `MimeType`. */
export function checkMimeTypes(key: ScannedKey, flaws: FlawList): void {
  const { name, line } = key;
  const types = splitList(key.value);
  tellRepeated(key, types, flaws);
  for (const type of new Set(types)) {
    const problem = problemOf(type);
    if (problem !== undefined)
      flaws.warning(line, name, `MIME types must be a medium, "/" and a name, found ${show(type)}: ${problem}`);
  }
}

function problemOf(type: string): string | undefined {
  const [medium = '', subtype, ...rest] = type.split('/');
  if (subtype === undefined || rest.length > 0) return 'it must have one slash';
  if (!(TOKEN.test(medium) && TOKEN.test(subtype))) return 'it has characters that no MIME type may have';
  if (MEDIA.has(medium) || OTHERS.has(type)) return undefined;
  return `${show(medium)} is no medium that files are of`;
}
