import { childElements, type XmlElement } from '../../xml/xml-element.ts';
import { checkUrl, contentOf, isWebUrl, requireType } from './element-checks.ts';
import { type FlawList, show } from './flaw-list.ts';

/** Looks at values of somebody's own. */
export function checkCustom(custom: XmlElement, flaws: FlawList): void {
  const keys = new Set<string>();
  for (const child of childElements(custom)) {
    if (child.name !== 'value') {
      flaws.error('custom-invalid-tag', `<custom> must have only <value> in it, found ${show(child.name)}`);
      continue;
    }
    const key = child.attributes.get('key');
    if (key === undefined) flaws.error('custom-key-missing', 'a custom value must have a key, found none');
    else if (keys.has(key)) flaws.error('custom-key-duplicated', `keys must be there once, found ${show(key)} again`);
    else keys.add(key);
    if (contentOf(child) === '') flaws.note('custom-value-empty', 'a custom value should have content, found none');
  }
}

/** Looks at an icon that is named or linked. */
export function checkIcon(icon: XmlElement, content: string, flaws: FlawList): void {
  const type = requireType(icon, flaws);
  if ((type === 'stock' || type === 'cached') && content.includes('/')) {
    flaws.error('icon-stock-cached-has-url', `expected the name of an icon, found ${show(content)}`);
  }
  if (type === 'remote' && !isWebUrl(content))
    flaws.error('icon-remote-no-url', `expected a URL, found ${show(content)}`);
  else if (type === 'remote') checkUrl(content, flaws, 'icon-remote-not-secure');
  if (type !== undefined && type !== 'stock' && type !== 'remote') {
    flaws.error('metainfo-invalid-icon-type', `icons must be of the type stock or remote, found ${show(type)}`);
  }
}
