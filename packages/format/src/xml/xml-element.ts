/*
 * The part of an XML document that metadata needs: elements, attributes and text. What parses them stays behind this
 * interface.
 */

/** An element with everything in it; comments and processing instructions are dropped. */
export interface XmlElement {
  /** Without its prefix, unless that is declared nowhere. */
  readonly name: string;
  /** The URI of its namespace; null for none. */
  readonly namespace: string | null;
  /** By their names as they are written, such as `xml:lang`. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Elements and text in the order of the document. */
  readonly children: readonly (XmlElement | string)[];
}

/** The elements in an element that belong to the same namespace as itself; the others are somebody's extensions. */
export function childElements(parent: XmlElement, name?: string): XmlElement[] {
  return parent.children.filter(
    (child): child is XmlElement =>
      typeof child !== 'string' && child.namespace === parent.namespace && (name === undefined || child.name === name),
  );
}

/** All text in an element, that of the elements in it included, as it is written. */
export function rawText(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : rawText(child))).join('');
}

/** The text of an element with white space as HTML shows it: none at the ends, one space elsewhere. */
export function flowText(element: XmlElement): string {
  return rawText(element)
    .split(/[ \t\n\r]+/)
    .filter((word) => word !== '')
    .join(' ');
}
