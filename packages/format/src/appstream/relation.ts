/*
 * What a component needs of the system. AppStream 0.16, 2.1.3 "requires, recommends, supports":
 * https://www.freedesktop.org/software/appstream/docs/chap-Metadata.html
 */
import { childElements, flowText, type XmlElement } from '../xml/xml-element.ts';

/** One thing that is required, recommended or supported. */
export interface ComponentRelation {
  /** `control`, `display_length`, `memory`, `internet`, `kernel`, `id` … */
  readonly type: string;
  /** As it is written: a name, or a number (MiB of memory, logical pixels). Empty for some firmware. */
  readonly value: string;
  readonly version: string | null;
  /** How the system's value compares with this one: `ge`, `eq`, `lt` …; null where nothing is compared. */
  readonly compare: string | null;
  /** Of a display, `shortest` or `longest`; null for other things. */
  readonly side: string | null;
  /** Of the internet connection, in Mbit/s; null where any will do. */
  readonly bandwidth: number | null;
}

/** Reads the children of `requires`, `recommends` or `supports` elements. */
export function parseRelations(blocks: readonly XmlElement[]): ComponentRelation[] {
  return blocks.flatMap((block) => childElements(block).map(parseRelation));
}

function parseRelation(element: XmlElement): ComponentRelation {
  const { name: type, attributes } = element;
  const value = flowText(element);
  const version = attributes.get('version') ?? null;
  const isLength = type === 'display_length';
  const bandwidth = Number(attributes.get('bandwidth_mbitps') ?? '');
  return {
    type,
    value,
    version,
    compare: attributes.get('compare') ?? (version !== null || isLength ? 'ge' : null),
    side: isLength ? (attributes.get('side') ?? 'shortest') : null,
    bandwidth: Number.isFinite(bandwidth) && bandwidth > 0 ? bandwidth : null,
  };
}
