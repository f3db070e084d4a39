/*
 * Source files of the shared MIME database. Shared MIME-info Database specification 0.21, "The source XML files":
 * https://specifications.freedesktop.org/shared-mime-info-spec/latest/
 */
import { AppImageError } from '../errors.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { type Translations, translatedText } from '../xml/translations.ts';
import { childElements, type XmlElement } from '../xml/xml-element.ts';

/** A file type as one package describes it; the system adds this to what others say of the same type. */
export interface MimeType {
  /** Such as `application/x-example`. */
  readonly type: string;
  /** What people call it: "Example document". */
  readonly comment: Translations;
  readonly globs: readonly MimeGlob[];
  /** Whether the patterns that other packages have are to be forgotten. */
  readonly deletesGlobs: boolean;
  /** Whether there are rules about the content of files. */
  readonly hasMagic: boolean;
  readonly deletesMagic: boolean;
  /** Whether there are rules about what is on a volume, such as a camera's card. */
  readonly hasTreeMagic: boolean;
  /** Types of which this is a special kind. */
  readonly subClassOf: readonly string[];
  /** Other names of the same type. */
  readonly aliases: readonly string[];
  /** Name of the type's own icon; null for the one named after the type, with `-` for `/`. */
  readonly icon: string | null;
  /** Name of an icon of similar types; null for the one named after the media, such as `video-x-generic`. */
  readonly genericIcon: string | null;
  /** Root elements of XML documents of this type. */
  readonly rootElements: readonly MimeRootElement[];
}

/** A pattern for file names. */
export interface MimeGlob {
  /** With `*`, `?` and `[…]`; in lower case unless case counts. */
  readonly pattern: string;
  /** 0 to 100; the higher wins. 50 where nothing is said. */
  readonly weight: number;
  readonly caseSensitive: boolean;
}

/** Of an XML document. */
export interface MimeRootElement {
  readonly namespaceUri: string;
  /** Empty for any. */
  readonly localName: string;
}

/** Options of {@link parseMimePackage}. */
export interface ParseMimePackageOptions {
  /** More bytes than this is an error with the code `limit`. Default 4 MiB. */
  readonly maxSize?: number;
}

const WHAT = 'MIME package';
const NAMESPACE = 'http://www.freedesktop.org/standards/shared-mime-info';
const DEFAULT_WEIGHT = 50;
const MAXIMUM_WEIGHT = 100;

/**
 * Parses a file from `mime/packages` and takes of it what `update-mime-database` does: of a type that breaks the rules, what
 * comes before. Elements that are not known are passed over. Rules about content are noted, not read.
 *
 * @throws AppImageError `malformed` for what is not XML or has another root, `unsupported` for an unknown encoding,
 *   `limit` beyond `maxSize`
 */
export function parseMimePackage(bytes: Uint8Array, options: ParseMimePackageOptions = {}): MimeType[] {
  const root = parseXml(bytes, { what: WHAT, ...options });
  if (root.name !== 'mime-info' || root.namespace !== NAMESPACE) {
    throw new AppImageError(
      'malformed',
      `Cannot parse ${WHAT}: root element must be mime-info in the namespace ${NAMESPACE}, ` +
        `found ${root.name.slice(0, 60)} in ${root.namespace === null ? 'none' : root.namespace.slice(0, 120)}`,
    );
  }
  return childElements(root, 'mime-type').flatMap(parseMimeType);
}

function parseMimeType(element: XmlElement): MimeType[] {
  const children = childElements(element);
  const broken = children.findIndex(isBroken);
  const taken = broken < 0 ? children : children.slice(0, broken);
  const all = (name: string) => taken.filter((child) => child.name === name);
  return typesOf([element]).map((type) => ({
    type,
    comment: translatedText(all('comment')),
    globs: all('glob').flatMap(parseGlob),
    deletesGlobs: all('glob-deleteall').length > 0,
    hasMagic: all('magic').length > 0,
    deletesMagic: all('magic-deleteall').length > 0,
    hasTreeMagic: all('treemagic').length > 0,
    subClassOf: typesOf(all('sub-class-of')),
    aliases: typesOf(all('alias')),
    icon: nameOf(all('icon')),
    genericIcon: nameOf(all('generic-icon')),
    rootElements: all('root-XML').map(parseRootElement),
  }));
}

function isBroken({ name, attributes }: XmlElement): boolean {
  if (name === 'glob') return (attributes.get('pattern') ?? '') === '' || weightOf(attributes) === undefined;
  if (name === 'alias' || name === 'sub-class-of') return attributes.get('type')?.includes('/') !== true;
  if (name !== 'root-XML') return false;
  const names = [attributes.get('namespaceURI'), attributes.get('localName')];
  return names.some((each) => each === undefined || /[ \n]/.test(each)) || names.every((each) => each === '');
}

/** A line feed would end the entry in the system's own tables. */
function parseGlob({ attributes }: XmlElement): MimeGlob[] {
  const pattern = attributes.get('pattern') ?? '';
  const weight = weightOf(attributes);
  if (pattern.includes('\n') || weight === undefined) return [];
  const caseSensitive = attributes.get('case-sensitive') === 'true';
  return [{ pattern: caseSensitive ? pattern : pattern.toLowerCase(), weight, caseSensitive }];
}

function weightOf(attributes: ReadonlyMap<string, string>): number | undefined {
  const text = attributes.get('weight');
  if (text === undefined) return DEFAULT_WEIGHT;
  const weight = Number(text);
  return /^[ \t\n]*\+?\d+$/.test(text) && weight <= MAXIMUM_WEIGHT ? weight : undefined;
}

function parseRootElement({ attributes }: XmlElement): MimeRootElement {
  return { namespaceUri: attributes.get('namespaceURI') ?? '', localName: attributes.get('localName') ?? '' };
}

/** The `type` attributes that are a media type and a subtype, and so can be the path of a file. */
function typesOf(elements: readonly XmlElement[]): string[] {
  return elements
    .map(({ attributes }) => attributes.get('type') ?? '')
    .filter((type) => /^[^/\s]+\/[^/\s]+$/.test(type) && !type.startsWith('.') && !type.includes('/.'));
}

function nameOf(elements: readonly XmlElement[]): string | null {
  return elements.findLast(({ attributes }) => attributes.has('name'))?.attributes.get('name') ?? null;
}
