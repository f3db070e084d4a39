import { XmlElement as ParsedElement, parseXml as parse, XmlError, XmlText } from '@rgrove/parse-xml';
import { AppImageError } from '../errors.ts';
import { decodeXml } from './decode-xml.ts';
import { firstTag, nestingDepth } from './scan-tags.ts';
import type { XmlElement } from './xml-element.ts';

/** What {@link parseXml} needs to know, and its bounds. */
export interface ParseXmlOptions {
  /** Names the document in messages: "AppStream metadata". */
  readonly what: string;
  /** More bytes than this is an error with the code `limit`. Default 4 MiB. */
  readonly maxSize?: number;
  /** Elements inside each other. Default 256. */
  readonly maxDepth?: number;
}

/** What holds where nobody says otherwise. The MIME package of freedesktop.org, larger than any other, has 2.3 MiB. */
export const DEFAULT_MAX_SIZE: number = 4 * 1_048_576;

/** Prefixes that an element declares, and where to look on. */
interface NamespaceScope {
  readonly uris: ReadonlyMap<string, string>;
  readonly outer: NamespaceScope | undefined;
}

/**
 * Parses an XML document strictly and answers its root. A document type declaration is passed over: no entity that it
 * declares is known, so nothing is fetched and nothing grows by expansion.
 *
 * @throws AppImageError `malformed` with line and column, `unsupported` for an unknown encoding, `limit` beyond the bounds
 */
export function parseXml(
  bytes: Uint8Array,
  { what, maxSize = DEFAULT_MAX_SIZE, maxDepth = 256 }: ParseXmlOptions,
): XmlElement {
  if (bytes.length > maxSize) {
    throw new AppImageError(
      'limit',
      `Cannot parse ${what}: document must have at most ${maxSize} bytes, found ${bytes.length}`,
    );
  }
  const text = decodeXml(bytes, { what });
  const depth = nestingDepth(text);
  if (depth > maxDepth) {
    throw new AppImageError(
      'limit',
      `Cannot parse ${what}: at most ${maxDepth} elements may be inside each other, found ${depth}`,
    );
  }
  return parseText(text, what);
}

/**
 * Parses only the first tag of a document, of which `text` may be no more than the beginning; the answer has no children.
 * Entities that are not known stay as they are written. `undefined` where no tag is complete.
 *
 * @throws AppImageError `malformed` with line and column
 */
export function parseRootTag(text: string, what: string): XmlElement | undefined {
  const first = firstTag(text);
  if (first === undefined) return undefined;
  const isOpen = first.kind === 'start';
  const document = isOpen ? `${text.slice(0, first.end - 1)}/>` : text.slice(0, first.end);
  return parseText(document, what, { ignoreUndefinedEntities: true });
}

function parseText(text: string, what: string, options = {}): XmlElement {
  try {
    const { root } = parse(text, options);
    if (root === null) throw new AppImageError('malformed', `Cannot parse ${what}: expected an element, found none`);
    return convert(root, undefined);
  } catch (cause) {
    throw cause instanceof XmlError ? notWellFormed(cause, what) : cause;
  }
}

/** The library's message goes on with an excerpt over several lines. */
function notWellFormed(cause: XmlError, what: string): AppImageError {
  const [reason = ''] = cause.message.split(' (line ', 1);
  const place = `line ${cause.line}, column ${cause.column}`;
  return new AppImageError(
    'malformed',
    `Cannot parse ${what}: expected well-formed XML, found an error at ${place}: ${shorten(reason)}`,
  );
}

function convert(element: ParsedElement, outer: NamespaceScope | undefined): XmlElement {
  const attributes = new Map(Object.entries(element.attributes));
  const scope = openScope(attributes, outer);
  const colon = element.name.indexOf(':');
  const namespace = findNamespace(colon < 0 ? '' : element.name.slice(0, colon), scope);
  return {
    name: namespace === null ? element.name : element.name.slice(colon + 1),
    namespace,
    attributes,
    children: element.children.flatMap((child) => {
      if (child instanceof ParsedElement) return convert(child, scope);
      return child instanceof XmlText ? child.text : [];
    }),
  };
}

function openScope(
  attributes: ReadonlyMap<string, string>,
  outer: NamespaceScope | undefined,
): NamespaceScope | undefined {
  const uris = new Map<string, string>();
  for (const [name, value] of attributes) {
    if (name === 'xmlns') uris.set('', value);
    else if (name.startsWith('xmlns:')) uris.set(name.slice(6), value);
  }
  return uris.size === 0 ? outer : { uris, outer };
}

/** An empty URI takes the namespace away again. */
function findNamespace(prefix: string, innermost: NamespaceScope | undefined): string | null {
  for (let scope = innermost; scope !== undefined; scope = scope.outer) {
    const uri = scope.uris.get(prefix);
    if (uri !== undefined) return uri === '' ? null : uri;
  }
  return null;
}

/** The library quotes names as they are, and these may be long. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
