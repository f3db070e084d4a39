/*
 * What components of a type must have. AppStream 0.16, 2.2 to 2.6 and the chapters on the other types.
 */
import { childElements, type XmlElement } from '../../xml/xml-element.ts';
import { contentOf } from './element-checks.ts';
import type { FlawList } from './flaw-list.ts';

const APPLICATIONS: ReadonlySet<string> = new Set(['desktop-application', 'console-application', 'web-application']);

/** Looks at what a component of its type lacks. */
export function checkByType(component: XmlElement, type: string, flaws: FlawList): void {
  const isApplication = APPLICATIONS.has(type);
  if (!hasContent(component, 'description')) tellNoDescription(type, flaws);
  if (isApplication && childElements(component, 'content_rating').length === 0) {
    flaws.note('content-rating-missing', 'applications should have <content_rating>, found none');
  }
  if (type === 'desktop-application') checkDesktopApplication(component, flaws);
  if (type === 'console-application' && provided(component, 'binary') === 0) {
    flaws.warning('console-app-no-binary', 'a console application must tell its program in <provides>, found none');
  }
  if (type === 'web-application') checkWebApplication(component, flaws);
  checkOthers(component, type, flaws);
}

function tellNoDescription(type: string, flaws: FlawList): void {
  if (APPLICATIONS.has(type))
    flaws.error('app-description-required', 'applications must have <description>, found none');
  else if (type === 'font') flaws.note('font-description-missing', 'fonts should have <description>, found none');
  else if (type === 'driver' || type === 'firmware') {
    flaws.note(
      'driver-firmware-description-missing',
      `components of the type ${type} should have <description>, found none`,
    );
  }
}

function checkDesktopApplication(component: XmlElement, flaws: FlawList): void {
  const id = childElements(component, 'id').map(contentOf).at(0) ?? '';
  const isLaunchable = launchables(component, 'desktop-id') > 0;
  const hasStockIcon = childElements(component, 'icon').some(({ attributes }) => attributes.get('type') === 'stock');
  if (hasStockIcon && childElements(component, 'categories').flatMap((each) => childElements(each)).length === 0) {
    flaws.error('app-categories-missing', 'an application with an icon of its own must have <categories>, found none');
  }
  if (isLaunchable) return;
  if (hasStockIcon || id.endsWith('.desktop')) {
    flaws.note(
      'desktop-app-launchable-omitted',
      'an application should have <launchable type="desktop-id">, found none',
    );
  } else {
    flaws.error(
      'desktop-app-launchable-missing',
      'an application must have <launchable type="desktop-id">, found none',
    );
  }
}

function checkWebApplication(component: XmlElement, flaws: FlawList): void {
  if (launchables(component, 'url') === 0) {
    flaws.error('web-app-no-url-launchable', 'a web application must have <launchable type="url">, found none');
  }
  if (childElements(component, 'icon').length === 0)
    flaws.error('web-app-no-icon', 'a web application must have <icon>, found none');
  if (childElements(component, 'categories').flatMap((each) => childElements(each)).length === 0) {
    flaws.warning('web-app-no-category', 'a web application must have <categories>, found none');
  }
}

function checkOthers(component: XmlElement, type: string, flaws: FlawList): void {
  const isExtension = type === 'addon' || type === 'localization' || type === 'repository';
  const extended = childElements(component, 'extends').length;
  if (extended > 0 && !isExtension)
    flaws.error('extends-not-allowed', `<extends> must not be in components of the type ${type}`);
  if (extended === 0 && type === 'addon')
    flaws.error('addon-extends-missing', 'an addon must have <extends>, found none');
  if (extended === 0 && type === 'localization') {
    flaws.note('localization-extends-missing', 'a localization should have <extends>, found none');
  }
  if (type === 'localization' && childElements(component, 'languages').length === 0) {
    flaws.error('localization-no-languages', 'a localization must have <languages>, found none');
  }
  if (type === 'font' && provided(component, 'font') === 0)
    flaws.error('font-no-font-data', 'a font must tell its fonts in <provides>, found none');
  if (type === 'driver' && provided(component, 'modalias') === 0) {
    flaws.warning('driver-no-modalias', 'a driver must tell its hardware in <provides>, found none');
  }
  if (type === 'service' && launchables(component, 'service') === 0) {
    flaws.error('service-no-service-launchable', 'a service must have <launchable type="service">, found none');
  }
}

function hasContent(component: XmlElement, name: string): boolean {
  return childElements(component, name).some((each) => contentOf(each) !== '');
}

function provided(component: XmlElement, name: string): number {
  return childElements(component, 'provides').flatMap((each) => childElements(each, name)).length;
}

function launchables(component: XmlElement, type: string): number {
  return childElements(component, 'launchable').filter(({ attributes }) => attributes.get('type') === type).length;
}
