import { AppImageError } from '../errors.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { languageOf, type Translations, translatedText } from '../xml/translations.ts';
import { childElements, flowText, type XmlElement } from '../xml/xml-element.ts';
import { countAttribute } from './attribute-value.ts';
import type {
  AppStreamComponent,
  BrandingColor,
  ComponentIcon,
  ContentRating,
  Developer,
  LanguageSupport,
  ProvidedItem,
  TypedValue,
} from './component.ts';
import { parseDescription } from './description.ts';
import { parseRelations } from './relation.ts';
import { parseReleases } from './release.ts';
import { parseScreenshots } from './screenshot.ts';

/** Options of {@link parseAppStream}. */
export interface ParseAppStreamOptions {
  /** More bytes than this is an error with the code `limit`. Default 4 MiB. */
  readonly maxSize?: number;
}

const WHAT = 'AppStream metadata';

/** The root of today's files, and that of files from before 2014. */
const ROOT_NAMES: ReadonlySet<string> = new Set(['component', 'application']);

/** Types that have got other names since. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['desktop', 'desktop-application'],
  ['webapp', 'web-application'],
]);

/**
 * Parses a metainfo (or appdata) file. Elements that are not known are passed over, values that are missing are null: whether
 * the file is complete is not judged. Text has its white space as HTML shows it.
 *
 * @example
 * import { chooseTranslation, parseAppStream } from '@appimage-js/format';
 *
 * const file = '<component><id>org.example.App</id><name>App</name><name xml:lang="de">Programm</name></component>';
 * const component = parseAppStream(new TextEncoder().encode(file));
 * console.log(component.id, chooseTranslation(component.name, 'de_AT')); // org.example.App Programm
 *
 * @throws AppImageError `malformed` for what is not XML or has another root, `unsupported` for an unknown encoding,
 *   `limit` beyond `maxSize` or for elements too deep inside each other
 */
export function parseAppStream(bytes: Uint8Array, options: ParseAppStreamOptions = {}): AppStreamComponent {
  const root = parseXml(bytes, { what: WHAT, ...options });
  if (!ROOT_NAMES.has(root.name)) {
    throw new AppImageError(
      'malformed',
      `Cannot parse ${WHAT}: root element must be component or application, found ${root.name.slice(0, 60)}`,
    );
  }
  return parseComponent(root);
}

function parseComponent(root: XmlElement): AppStreamComponent {
  const all = (name: string) => childElements(root, name);
  const text = (...names: string[]) =>
    names
      .flatMap(all)
      .map(flowText)
      .find((value) => value !== '') ?? null;
  const releases = all('releases');
  const external = releases.find(({ attributes }) => attributes.get('type') === 'external');
  return {
    type: typeOf(root),
    id: text('id'),
    name: translatedText(all('name')),
    summary: translatedText(all('summary')),
    description: parseDescription(all('description')),
    developer: parseDeveloper(root),
    projectLicense: text('project_license'),
    metadataLicense: text('metadata_license', 'licence', 'metadata_licence'),
    projectGroup: text('project_group'),
    urls: typedValues(all('url'), 'unknown'),
    launchables: typedValues(all('launchable'), 'unknown'),
    provides: [...all('provides').flatMap(parseProvides), ...parseMimeTypes(root)],
    releases: releases.flatMap(parseReleases),
    externalReleases: external === undefined ? null : { url: external.attributes.get('url') ?? null },
    icons: all('icon').map(parseIcon),
    screenshots: parseScreenshots(all('screenshots')),
    categories: listItems(all('categories'), 'category'),
    keywords: parseKeywords(all('keywords')),
    contentRatings: all('content_rating').map(parseContentRating),
    colors: all('branding').flatMap((branding) => childElements(branding, 'color').map(parseColor)),
    requires: parseRelations(all('requires')),
    recommends: parseRelations(all('recommends')),
    supports: parseRelations(all('supports')),
    extends: all('extends').map(flowText),
    replaces: listItems(all('replaces'), 'id'),
    suggests: listItems(all('suggests'), 'id'),
    compulsoryForDesktops: all('compulsory_for_desktop').map(flowText),
    translations: typedValues(all('translation'), 'unknown'),
    languages: all('languages').flatMap((languages) => childElements(languages, 'lang').map(parseLanguage)),
    tags: all('tags').flatMap((tags) => childElements(tags, 'tag').map(parseTag)),
    custom: new Map([...all('custom'), ...all('metadata')].flatMap(parseCustomValues)),
    endOfLife: root.attributes.get('date_eol') ?? null,
    updateContact: text('update_contact', 'updatecontact'),
  };
}

/** The oldest files have the type at the id. */
function typeOf(root: XmlElement): string {
  const [id] = childElements(root, 'id');
  const type = root.attributes.get('type') ?? id?.attributes.get('type') ?? 'generic';
  return TYPE_NAMES.get(type) ?? type;
}

function parseDeveloper(root: XmlElement): Developer | null {
  const [developer] = childElements(root, 'developer');
  const name = translatedText(
    developer === undefined ? childElements(root, 'developer_name') : childElements(developer, 'name'),
  );
  const id = developer?.attributes.get('id') ?? null;
  return name.size === 0 && id === null ? null : { id, name };
}

function parseProvides(provides: XmlElement): ProvidedItem[] {
  return childElements(provides).map((item) => ({
    type: item.name === 'mimetype' ? 'mediatype' : item.name,
    value: flowText(item),
    kind: item.attributes.get('type') ?? null,
  }));
}

/** An older way to say what is provided. */
function parseMimeTypes(root: XmlElement): ProvidedItem[] {
  const values = listItems(childElements(root, 'mimetypes'), 'mimetype');
  return values.map((value) => ({ type: 'mediatype', value, kind: null }));
}

function parseIcon(element: XmlElement): ComponentIcon {
  return {
    type: element.attributes.get('type') ?? 'local',
    value: flowText(element),
    width: countAttribute(element, 'width'),
    height: countAttribute(element, 'height'),
    scale: countAttribute(element, 'scale') || 1,
  };
}

function parseKeywords(parents: readonly XmlElement[]): Translations<readonly string[]> {
  const keywords = new Map<string | null, string[]>();
  for (const parent of parents) {
    const outer = languageOf(parent);
    if (outer === undefined) continue;
    for (const keyword of childElements(parent, 'keyword')) {
      const language = languageOf(keyword, outer);
      const text = flowText(keyword);
      if (language === undefined || text === '') continue;
      const list = keywords.get(language) ?? [];
      list.push(text);
      keywords.set(language, list);
    }
  }
  return keywords;
}

function parseContentRating(element: XmlElement): ContentRating {
  const attributes = childElements(element, 'content_attribute');
  return {
    type: element.attributes.get('type') ?? 'unknown',
    attributes: new Map(attributes.flatMap((attribute) => keyed(attribute, 'id'))),
  };
}

function parseColor(element: XmlElement): BrandingColor {
  return {
    type: element.attributes.get('type') ?? 'unknown',
    scheme: element.attributes.get('scheme_preference') ?? null,
    value: flowText(element),
  };
}

function parseLanguage(element: XmlElement): LanguageSupport {
  return { locale: flowText(element), percentage: countAttribute(element, 'percentage') };
}

function parseTag(element: XmlElement): { readonly namespace: string | null; readonly value: string } {
  return { namespace: element.attributes.get('namespace') ?? null, value: flowText(element) };
}

/** Older files have the values in a `metadata` element of the same form. */
function parseCustomValues(element: XmlElement): (readonly [string, string])[] {
  return childElements(element, 'value').flatMap((value) => keyed(value, 'key'));
}

function keyed(element: XmlElement, attribute: string): (readonly [string, string])[] {
  const key = element.attributes.get(attribute);
  return key === undefined ? [] : [[key, flowText(element)]];
}

function typedValues(elements: readonly XmlElement[], defaultType: string): TypedValue[] {
  return elements
    .map((element) => ({ type: element.attributes.get('type') ?? defaultType, value: flowText(element) }))
    .filter(({ value }) => value !== '');
}

function listItems(parents: readonly XmlElement[], name: string): string[] {
  return parents.flatMap((parent) => childElements(parent, name).map(flowText)).filter((value) => value !== '');
}
