import type { FieldsSource } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import type { HttpClient } from '../http/index.ts';
import { SourceError } from '../source-error.ts';
import { answerError, askForJson, dateOf, kindOf } from './api-answer.ts';
import { architectureOfWord } from './architecture-of-name.ts';
import { baseUrl } from './base-url.ts';
import { nameOfUrl } from './file-name.ts';
import { checkUrl, imageAt } from './plain-url.ts';
import { isFileName } from './releases/release.ts';
import type { Resolution, ResolveOptions } from './resolve-options.ts';

/** What a document can be asked for; `url` is the only one that must be there. */
const FIELDS = [
  'version',
  'url',
  'zsync',
  'name',
  'size',
  'sha256',
  'sha512',
  'architecture',
  'date',
  'notes',
] as const;

/** The name of a field that a mapping may have. */
export type FieldName = (typeof FIELDS)[number];

/** Where each field is: the keys and indexes on the way to it. */
export type FieldMapping = ReadonlyMap<FieldName, readonly string[]>;

/**
 * Parses a mapping: `name=place` pairs with commas between them. A place that begins with a slash is a JSON Pointer (RFC 6901),
 * every other one a path with dots; `%2C`, `%7C`, `%3D` and `%25` stand for a comma, a bar, an equals sign and a percent sign.
 *
 * @throws AppImageError `malformed` for anything else, for unknown names, and without `url`
 */
export function parseFieldMapping(text: string): FieldMapping {
  const mapping = new Map<FieldName, readonly string[]>();
  for (const pair of text.split(',')) {
    const [, name = '', place = ''] = /^\s*([a-z0-9]+)\s*=\s*(.+?)\s*$/.exec(pair) ?? [];
    const field = FIELDS.find((known) => known === name);
    if (field === undefined) {
      throw badMapping(`expected "name=place" with one of ${FIELDS.join(', ')}, found ${JSON.stringify(pair)}`);
    }
    mapping.set(field, parsePlace(place));
  }
  if (!mapping.has('url')) throw badMapping(`expected the place of url, found ${JSON.stringify(text)}`);
  return mapping;
}

/** Resolves any JSON document that says where the image is. */
export async function resolveJsonFields(
  http: HttpClient,
  source: FieldsSource,
  { signal }: ResolveOptions,
): Promise<Resolution> {
  const mapping = parseFieldMapping(source.fields);
  const { href: url } = checkUrl(source.url);
  const place = { url, name: 'JSON document' };
  const { value, document } = await askForJson(http, { ...place, signal });
  const text = (field: FieldName): string | undefined => {
    const path = mapping.get(field);
    if (path === undefined) return undefined;
    const found = lookUp(value, path);
    if (typeof found === 'string' && found !== '') return found;
    if (typeof found === 'number') return String(found);
    // Much of what can be said is not said by everybody; but who names a place for the version relies on it.
    if (field !== 'url' && field !== 'version') return undefined;
    throw answerError('unexpected-shape', `${field} must be at ${path.join(' › ')}, found ${kindOf(found)}`, place);
  };
  const address = (field: FieldName): string[] => {
    const found = text(field);
    if (found === undefined) return [];
    const resolved = URL.parse(found, baseUrl(url, document.url));
    if (resolved !== null && /^https?:$/.test(resolved.protocol)) return [resolved.href];
    throw answerError(
      'unexpected-shape',
      `${field} must be a URL of http or https, found ${JSON.stringify(found)}`,
      place,
    );
  };
  const digest = (field: 'sha256' | 'sha512', digits: number): string | undefined => {
    const found = text(field);
    const digest = found === undefined ? undefined : hexOf(found, digits);
    if (found === undefined || digest !== undefined) return digest;
    throw answerError('unexpected-shape', `${field} must have ${digits} digits, found ${kindOf(found)}`, place);
  };
  const imageUrls = address('url');
  const said = text('name');
  const name = said !== undefined && isFileName(said) ? said : (nameOfUrl(imageUrls[0] ?? '') ?? 'update.AppImage');
  const known: Partial<AvailableImage> = {
    version: text('version'),
    size: sizeOfText(text('size')),
    sha256: digest('sha256', 64),
    sha512: digest('sha512', 128),
    publishedAt: dateOf(text('date')),
    notesUrl: address('notes')[0],
  };
  const architecture = architectureOfWord(text('architecture') ?? '');
  return {
    image: imageAt(
      name,
      { imageUrls, controlFileUrls: address('zsync') },
      architecture ? { ...known, architecture } : known,
    ),
  };
}

function parsePlace(text: string): readonly string[] {
  const decode = (part: string) => part.replace(/%(2C|7C|3D|25)/gi, (character) => decodeURIComponent(character));
  if (!text.startsWith('/')) return text.split('.').map(decode);
  return text
    .slice(1)
    .split('/')
    .map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Own fields only: what every object inherits is nothing that a document says. */
function lookUp(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    if (Array.isArray(found) && !/^\d+$/.test(key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

function sizeOfText(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** Some put the algorithm in front; both forms of a digest, hexadecimal and base64, are in use. */
function hexOf(text: string, digits: number): string | undefined {
  const digest = text.replace(/^sha-?\d+[:-]/i, '');
  if (/^[0-9a-f]+$/i.test(digest) && digest.length === digits) return digest.toLowerCase();
  const decoded = Buffer.from(digest, 'base64').toString('hex');
  return decoded.length === digits ? decoded : undefined;
}

function badMapping(message: string): SourceError {
  return new SourceError('malformed', `Cannot parse fields of a JSON document: ${message}`, {
    reason: 'unusable-information',
  });
}
