/*
 * Pictures from strangers, drawn by the desktop's own programs: only what draws is kept. SVG 2: https://www.w3.org/TR/SVG2/
 */
import { parseXml, type XmlElement } from '@appimage-js/format';

const SVG = 'http://www.w3.org/2000/svg';
const XLINK = 'http://www.w3.org/1999/xlink';
/** What runs something, shows another document, or changes attributes to what was not checked. */
const DROPPED = new Set([
  'script',
  'foreignObject',
  'iframe',
  'embed',
  'object',
  'a',
  'animate',
  'set',
  'handler',
  'listener',
]);
const ATTRIBUTE_NAME = /^(?:xlink:href|xml:space|[A-Za-z_][\w.-]*)$/;
/** A part of the same picture, or a picture in it. */
const LOCAL_REFERENCE = /^\s*(?:#|data:image\/(?:png|jpeg|gif|webp);)/i;
/** Functions of style sheets beside `url` that show what is elsewhere. CSS Images Module Level 4; CSS Values and Units Module Level 5. */
const LOADING_FUNCTION = /(?:^|[^\w])(?:image|image-set|-webkit-image-set|src)\s*\(/i;
const MAXIMUM_NODES = 200_000;

/**
 * The same picture without scripts, event handlers, references to anything outside of it, entities and foreign elements.
 *
 * @throws AppImageError `malformed` for what is not well-formed, or refers to an entity; `limit` where it is too large
 */
export function sanitizeSvg(bytes: Uint8Array): Uint8Array {
  const root = parseXml(bytes, { what: 'SVG' });
  const parts: string[] = ['<?xml version="1.0" encoding="UTF-8"?>\n'];
  const budget = { left: MAXIMUM_NODES };
  write(root, parts, budget, true);
  return new TextEncoder().encode(`${parts.join('')}\n`);
}

function write(element: XmlElement, parts: string[], budget: { left: number }, isRoot: boolean): void {
  budget.left -= 1;
  if (budget.left < 0 || !isKept(element)) return;
  const attributes = [...element.attributes].filter(([name, value]) => isAttributeKept(name, value));
  parts.push(`<${element.name}`);
  if (isRoot) parts.push(` xmlns="${SVG}" xmlns:xlink="${XLINK}"`);
  for (const [name, value] of attributes) parts.push(` ${name}="${escapeXml(value)}"`);
  parts.push('>');
  if (element.name === 'style') parts.push(escapeXml(styleOf(element)));
  else {
    for (const child of element.children) {
      if (typeof child === 'string') parts.push(escapeXml(child));
      else write(child, parts, budget, false);
    }
  }
  parts.push(`</${element.name}>`);
}

/** A style sheet as it is read: its text without what is in elements between. Nothing of one that is not harmless. */
function styleOf({ children }: XmlElement): string {
  const text = children.filter((child) => typeof child === 'string').join('');
  return isStyleHarmless(text) ? text : '';
}

function isKept({ name, namespace }: XmlElement): boolean {
  return (namespace === SVG || namespace === null) && /^[A-Za-z][\w.-]*$/.test(name) && !DROPPED.has(name);
}

function isAttributeKept(name: string, value: string): boolean {
  if (!ATTRIBUTE_NAME.test(name) || name.startsWith('xmlns') || /^on/i.test(name)) return false;
  if (name === 'href' || name === 'xlink:href' || name === 'src') return LOCAL_REFERENCE.test(value);
  return isStyleHarmless(value);
}

/** Style sheets hide what they mean behind backslashes; pictures have no need of these. */
function isStyleHarmless(text: string): boolean {
  if (/\\|@import|expression\s*\(|javascript:/i.test(text) || LOADING_FUNCTION.test(text)) return false;
  return [...text.matchAll(/url\s*\(\s*["']?([^"')]*)/gi)].every(([, target = '']) => LOCAL_REFERENCE.test(target));
}

/** Text, or the value of an attribute in double quotes. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
