/*
 * Whether metadata are what AppStream 0.16 asks of metainfo files: https://www.freedesktop.org/software/appstream/docs/
 */

import { isMenuCategory } from '../../desktop-entry/validate/categories.ts';
import { childElements, type XmlElement } from '../../xml/xml-element.ts';
import { checkByType } from './check-by-type.ts';
import { checkDescription } from './check-description.ts';
import { checkCustom, checkIcon } from './check-elements.ts';
import { checkId } from './check-id.ts';
import { checkMetadataLicense, checkProjectLicense, type IsKnownLicense } from './check-licenses.ts';
import { checkRelations, type KnownRelations } from './check-relations.ts';
import { checkReleases } from './check-releases.ts';
import { checkScreenshots } from './check-screenshots.ts';
import {
  beginsWell,
  checkChildren,
  checkDate,
  checkNotEmpty,
  checkUrl,
  contentOf,
  hasUrl,
  languageOf,
  requireType,
} from './element-checks.ts';
import type { AppStreamFlaw } from './flaw.ts';
import { FlawList, show } from './flaw-list.ts';
import {
  LAUNCHABLE_TYPES,
  MAY_BE_EMPTY,
  OLD_TYPES,
  ONCE,
  ONCE_A_LANGUAGE,
  OTHERS,
  PROVIDED,
  TYPES,
  URL_TYPES,
} from './known-elements.ts';

/** Options of {@link validateAppStream}. */
export interface ValidateAppStreamOptions {
  /** Tells the identifiers of licenses that SPDX lists. Default: all count as known. */
  readonly isKnownLicense?: IsKnownLicense;
}

/**
 * Tells what is wrong with the metadata of a component, as `appstreamcli validate --no-net` does, and by the same names. `root` is
 * the root of the document.
 *
 * @example
 * import { parseXml, validateAppStream } from '@appimage-js/format';
 *
 * const file = new TextEncoder().encode('<component><id>org.example.App</id><name>App</name></component>');
 * const flaws = validateAppStream(parseXml(file, { what: 'AppStream metadata' }));
 * console.log(flaws.some(({ tag }) => tag === 'metadata-license-missing')); // true
 */
export function validateAppStream(
  root: XmlElement,
  { isKnownLicense = () => true }: ValidateAppStreamOptions = {},
): AppStreamFlaw[] {
  const flaws = new FlawList();
  if (root.name === 'application') {
    flaws.error('metainfo-ancient', 'expected metadata of AppStream 0.6 or later, found older ones');
  } else if (root.name !== 'component') {
    flaws.error('root-tag-unknown', `expected the element <component>, found ${show(root.name)}`);
  } else {
    new ComponentValidator(root, isKnownLicense, flaws).run();
  }
  return flaws.flaws;
}

class ComponentValidator {
  readonly #component: XmlElement;
  readonly #isKnownLicense: IsKnownLicense;
  readonly #flaws: FlawList;
  readonly #type: string;
  readonly #id: string;
  readonly #name: string;
  readonly #relations: KnownRelations = new Map();
  readonly #urls = new Set<string>();

  constructor(component: XmlElement, isKnownLicense: IsKnownLicense, flaws: FlawList) {
    const [id] = childElements(component, 'id');
    const type = component.attributes.get('type') ?? id?.attributes.get('type') ?? 'generic';
    this.#component = component;
    this.#isKnownLicense = isKnownLicense;
    this.#flaws = flaws;
    this.#type = OLD_TYPES.get(type) ?? type;
    this.#id = this.#untranslated('id');
    this.#name = this.#untranslated('name');
  }

  run(): void {
    const flaws = this.#flaws;
    const { attributes } = this.#component;
    if (!TYPES.has(this.#type))
      flaws.error('component-type-invalid', `expected a known type, found ${show(this.#type)}`);
    const endOfLife = attributes.get('date_eol');
    if (endOfLife !== undefined) checkDate(endOfLife, flaws);
    if (/^-?[1-9]/.test(attributes.get('priority') ?? ''))
      flaws.warning('component-priority-in-metainfo', 'metainfo files must be without priority');
    if (/^(?:replace|append|remove-component)$/.test(attributes.get('merge') ?? '')) {
      flaws.warning('component-merge-in-metainfo', 'metainfo files must not merge');
    }
    if (this.#id === '') flaws.error('component-id-missing', 'a component must have <id>, found none');
    if (this.#name === '') flaws.error('component-name-missing', 'a component must have <name>, found none');
    if (this.#untranslated('summary') === '')
      flaws.error('component-summary-missing', 'a component must have <summary>, found none');
    if (childElements(this.#component, 'metadata_license').length === 0) {
      flaws.error('metadata-license-missing', 'a component must have <metadata_license>, found none');
    }
    this.#checkOnce();
    for (const element of childElements(this.#component)) this.#checkElement(element);
    checkByType(this.#component, this.#type, flaws);
  }

  #untranslated(name: string): string {
    const found = childElements(this.#component, name).find((each) => languageOf(each) === undefined);
    return found === undefined ? '' : contentOf(found);
  }

  #checkOnce(): void {
    const seen = new Set<string>();
    for (const element of childElements(this.#component)) {
      const { name } = element;
      const language = languageOf(element);
      if (ONCE.has(name) && language !== undefined) {
        this.#flaws.error('tag-not-translatable', `<${name}> can not be translated, found a translation`);
      } else if (!(ONCE.has(name) || ONCE_A_LANGUAGE.has(name))) {
        continue;
      }
      const key = ONCE.has(name) ? name : `${name} ${language ?? ''}`;
      if (seen.has(key)) this.#flaws.error('tag-duplicated', `<${name}> must be there once, found it again`);
      seen.add(key);
    }
  }

  #checkElement(element: XmlElement): void {
    const { name } = element;
    if (ONCE.has(name) || ONCE_A_LANGUAGE.has(name) || OTHERS.has(name)) {
      if (!this.#checkContent(element) || MAY_BE_EMPTY.has(name)) return;
    } else if (name === 'metadata' || name === 'kudos') {
      this.#flaws.note('nonstandard-gnome-extension', `<${name}> is no element of the specification`);
      return;
    } else if (!name.startsWith('x-')) {
      this.#flaws.note('unknown-tag', `expected elements of the specification, found ${show(name)}`);
      return;
    }
    checkNotEmpty(element, this.#flaws);
  }

  /** Answers false where nothing more is to be said. */
  #checkContent(element: XmlElement): boolean {
    const flaws = this.#flaws;
    const content = contentOf(element);
    switch (element.name) {
      case 'id':
        checkId(element, { component: this.#component, type: this.#type }, flaws);
        break;
      case 'metadata_license':
        checkMetadataLicense(content, flaws);
        break;
      case 'project_license':
        checkProjectLicense(content, this.#isKnownLicense, flaws);
        break;
      case 'summary':
        this.#checkSummary(element, content);
        break;
      case 'description':
        checkDescription(element, { name: this.#name, isMain: true }, flaws);
        break;
      case 'icon':
        checkIcon(element, content, flaws);
        break;
      case 'url':
        return this.#checkUrlElement(element, content);
      case 'categories':
        this.#checkCategories(element);
        break;
      case 'keywords':
        checkChildren(element, { only: 'keyword' }, flaws);
        if (languageOf(element) !== undefined) {
          flaws.error('metainfo-localized-keywords-tag', 'keywords must be translated each, found a translated list');
        }
        break;
      case 'mimetypes':
        checkChildren(element, { only: 'mimetype' }, flaws);
        flaws.warning('mimetypes-tag-deprecated', '<mimetypes> is deprecated, <mediatype> in <provides> is for them');
        break;
      case 'languages':
        checkChildren(element, { only: 'lang' }, flaws);
        break;
      case 'suggests':
      case 'replaces':
        checkChildren(element, { only: 'id' }, flaws);
        break;
      case 'content_rating':
        checkChildren(element, { only: 'content_attribute', mayBeEmpty: true }, flaws);
        break;
      case 'custom':
        checkCustom(element, flaws);
        break;
      case 'provides':
        this.#checkProvides(element);
        break;
      case 'screenshots':
        checkScreenshots(element, flaws);
        break;
      case 'developer_name':
        if (hasUrl(content))
          flaws.warning('developer-name-has-url', 'the name of a developer must be without a URL, found one');
        break;
      case 'releases':
        checkReleases(element, this.#name, flaws);
        break;
      case 'launchable': {
        const type = requireType(element, flaws);
        if (type === undefined || !LAUNCHABLE_TYPES.has(type)) {
          flaws.error(
            'launchable-unknown-type',
            `expected one of ${[...LAUNCHABLE_TYPES].join(', ')}, found ${show(type ?? '')}`,
          );
        }
        break;
      }
      case 'translation':
      case 'bundle':
        requireType(element, flaws);
        break;
      case 'extends':
        if (content === this.#id) flaws.warning('circular-component-relation', 'a component must not extend itself');
        break;
      case 'update_contact':
        if (!/@|_at_|_AT_|\./.test(content))
          flaws.warning('update-contact-no-mail', `expected a mail address, found ${show(content)}`);
        break;
      case 'requires':
      case 'recommends':
      case 'supports':
        checkRelations(element, { id: this.#id, type: this.#type, known: this.#relations }, flaws);
        break;
    }
    return true;
  }

  #checkSummary(element: XmlElement, summary: string): void {
    const flaws = this.#flaws;
    if (summary.endsWith('.'))
      flaws.note('summary-has-dot-suffix', `a summary should end without a period, found ${show(summary)}`);
    if (/[\n\t]/.test(summary))
      flaws.error('summary-has-tabs-or-linebreaks', 'a summary must be one line, found several');
    if (hasUrl(summary)) flaws.error('summary-has-url', 'a summary must be without a URL, found one');
    if (languageOf(element) === undefined && !beginsWell(summary, this.#name)) {
      flaws.note(
        'summary-first-word-not-capitalized',
        `a summary should begin with a capital letter, found ${show(summary)}`,
      );
    }
  }

  #checkUrlElement(element: XmlElement, url: string): boolean {
    const flaws = this.#flaws;
    const type = requireType(element, flaws) ?? '';
    if (!URL_TYPES.has(type)) flaws.warning('url-invalid-type', `expected a known type of URL, found ${show(type)}`);
    else if (this.#urls.has(type))
      flaws.warning('url-redefined', `URLs must be there once, found another one of the type ${type}`);
    this.#urls.add(type);
    return checkUrl(url, flaws);
  }

  #checkCategories(element: XmlElement): void {
    checkChildren(element, { only: 'category' }, this.#flaws);
    for (const category of childElements(element, 'category').map(contentOf)) {
      if (category.startsWith('X-') || isMenuCategory(category)) continue;
      this.#flaws.warning('category-invalid', `expected a registered category, found ${show(category)}`);
    }
  }

  #checkProvides(element: XmlElement): void {
    for (const item of childElements(element)) {
      checkNotEmpty(item, this.#flaws);
      if (!PROVIDED.has(item.name)) {
        this.#flaws.note(
          'unknown-provides-item-type',
          `<provides> must have only known items in it, found ${show(item.name)}`,
        );
      } else if (item.name === 'id' && contentOf(item) === this.#id) {
        this.#flaws.warning('circular-component-relation', 'a component must not provide its own id');
      }
    }
  }
}
