/*
 * AppStream 0.16, 2.1.3, the tag `<id/>`: a name in reverse DNS order.
 */
import { childElements, rawText, type XmlElement } from '../../xml/xml-element.ts';
import { contentOf } from './element-checks.ts';
import { type FlawList, show } from './flaw-list.ts';

/** Looks at the id of a component. */
export function checkId(
  element: XmlElement,
  { component, type }: { readonly component: XmlElement; readonly type: string },
  flaws: FlawList,
): void {
  const id = rawText(element);
  const found = `found ${show(id)}`;
  if (element.attributes.has('type')) flaws.note('id-tag-has-type', `<id> should have no attribute, ${found}`);
  if (/^[!-/:-@[-`{-~]/.test(id)) flaws.error('cid-punctuation-prefix', `the id must begin with a letter, ${found}`);
  const parts = id.split('.');
  if (parts.length < 3) {
    const message = `the id must be in reverse DNS order, such as org.example.App, ${found}`;
    if (type === 'desktop-application') flaws.warning('cid-desktopapp-is-not-rdns', message);
    else flaws.error('cid-is-not-rdns', message);
  } else if (parts.slice(0, 2).some((part) => /[A-Z]/.test(part))) {
    flaws.error('cid-domain-not-lowercase', `the domain in the id must be in lower case, ${found}`);
  }
  if (/[^A-Za-z0-9._-]/.test(id)) {
    flaws.error('cid-invalid-character', `the id must consist of A-Za-z0-9._-, ${found}`);
  }
  if (id.includes('-')) flaws.note('cid-contains-hyphen', `the id should have "_" instead of "-", ${found}`);
  if (parts.some((part) => /^[0-9]/.test(part))) {
    flaws.note('cid-has-number-prefix', `no part of the id should begin with a digit, ${found}`);
  }
  checkAffiliation(id, component, flaws);
}

/** Projects whose components have ids of their domain. */
const PROJECTS: ReadonlyMap<string, readonly [tag: string, prefix: string]> = new Map([
  ['Freedesktop', ['cid-missing-affiliation-freedesktop', 'org.freedesktop.']],
  ['FreeDesktop', ['cid-missing-affiliation-freedesktop', 'org.freedesktop.']],
  ['KDE', ['cid-missing-affiliation-kde', 'org.kde.']],
  ['GNOME', ['cid-missing-affiliation-gnome', 'org.gnome.']],
]);

function checkAffiliation(id: string, component: XmlElement, flaws: FlawList): void {
  const [group] = childElements(component, 'project_group');
  const project = group && contentOf(group);
  const [tag, prefix] = (project !== undefined && PROJECTS.get(project)) || [];
  if (tag === undefined || prefix === undefined || id.startsWith(prefix)) return;
  const message = `ids of the project ${project} must begin with ${show(prefix)}, found ${show(id)}`;
  if (project === 'GNOME') flaws.note(tag, message);
  else flaws.warning(tag, message);
}
