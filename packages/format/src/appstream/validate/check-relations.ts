/*
 * AppStream 0.16, 2.1.3, the tags `<requires/>`, `<recommends/>` and `<supports/>`.
 */
import { childElements, type XmlElement } from '../../xml/xml-element.ts';
import { contentOf } from './element-checks.ts';
import { type FlawList, show } from './flaw-list.ts';

const WITHOUT_VERSION: ReadonlySet<string> = new Set([
  'modalias',
  'control',
  'hardware',
  'internet',
  'memory',
  'display_length',
]);
const WITHOUT_COMPARISON: ReadonlySet<string> = new Set(['modalias', 'control', 'hardware', 'internet']);
const WITH_VERSION: ReadonlySet<string> = new Set(['id', 'kernel', 'firmware']);
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'gt', 'le', 'ge']);
const CONTROLS: ReadonlySet<string> = new Set(
  'pointing keyboard console touch gamepad voice vision tv-remote tablet'.split(' '),
);
const LENGTHS: ReadonlySet<string> = new Set(['xsmall', 'small', 'medium', 'large', 'xlarge']);
const NETWORKS: ReadonlySet<string> = new Set(['always', 'offline-only', 'first-run']);

/** What was said by other relations of the same component, with what kind of relation said it. */
export type KnownRelations = Map<string, string>;

/** Looks at a group of relations. */
export function checkRelations(
  group: XmlElement,
  { id, type, known }: { readonly id: string; readonly type: string; readonly known: KnownRelations },
  flaws: FlawList,
): void {
  for (const item of childElements(group)) {
    const content = contentOf(item);
    if (!(WITH_VERSION.has(item.name) || WITHOUT_VERSION.has(item.name))) {
      flaws.warning(
        'relation-invalid-tag',
        `<${group.name}> must have only known relations in it, found ${show(item.name)}`,
      );
      continue;
    }
    if (content === '' && type !== 'firmware' && item.name !== 'firmware') {
      flaws.error('relation-item-no-value', `<${item.name}> in <${group.name}> must have a value, found none`);
      continue;
    }
    if (content === id) flaws.warning('circular-component-relation', 'a component must not be related to itself');
    if (!checkComparison(item, flaws)) continue;
    checkItem(group, item, content, flaws);
    const key = `${item.name}/${content}/${item.attributes.get('compare')}/${item.attributes.get('version')}`;
    if (known.has(key))
      flaws.warning('relation-item-redefined', `relations must be there once, found ${show(content)} again`);
    else known.set(key, group.name);
  }
}

/** Answers whether the rest is worth looking at. */
function checkComparison({ name, attributes }: XmlElement, flaws: FlawList): boolean {
  const comparison = attributes.get('compare');
  if (attributes.has('version')) {
    if (WITHOUT_VERSION.has(name)) {
      flaws.warning('relation-item-has-version', `<${name}> must be without a version, found one`);
      return false;
    }
    if (comparison === undefined) {
      flaws.note(
        'relation-item-missing-compare',
        `<${name}> with a version should have the attribute compare, found none`,
      );
      return false;
    }
  }
  if (comparison === undefined) return true;
  if (WITHOUT_COMPARISON.has(name))
    flaws.note('relation-item-has-vercmp', `<${name}> should have nothing to compare, found it`);
  else if (!COMPARISONS.has(comparison)) {
    flaws.error(
      'relation-item-invalid-vercmp',
      `expected one of ${[...COMPARISONS].join(', ')}, found ${show(comparison)}`,
    );
  }
  return true;
}

function checkItem(group: XmlElement, { name, attributes }: XmlElement, content: string, flaws: FlawList): void {
  const isRequired = group.name === 'requires';
  const found = `found ${show(content)}`;
  switch (name) {
    case 'memory':
      if (isRequired) flaws.note('relation-memory-in-requires', 'memory should be recommended, found it required');
      if (!isPositive(content)) flaws.warning('relation-memory-value-invalid', `expected mebibytes, ${found}`);
      break;
    case 'control':
      if (isRequired)
        flaws.note('relation-control-in-requires', 'input devices should be recommended, found one required');
      if (!CONTROLS.has(content)) flaws.warning('relation-control-value-invalid', `expected an input device, ${found}`);
      break;
    case 'display_length': {
      const side = attributes.get('side');
      if (!(LENGTHS.has(content) || isPositive(content))) {
        flaws.warning('relation-display-length-value-invalid', `expected logical pixels, ${found}`);
      }
      if (side !== undefined && side !== 'shortest' && side !== 'longest') {
        flaws.warning(
          'relation-display-length-side-property-invalid',
          `expected shortest or longest, found ${show(side)}`,
        );
      }
      break;
    }
    case 'hardware':
      if (!/^[^{]*-[^-]*-[^-]*-[^-]*-[^-}]*$/.test(content)) {
        flaws.warning('relation-hardware-value-invalid', `expected a computer hardware id without braces, ${found}`);
      }
      break;
    case 'internet': {
      const bandwidth = attributes.get('bandwidth_mbitps');
      if (!NETWORKS.has(content))
        flaws.warning('relation-internet-value-invalid', `expected one of ${[...NETWORKS].join(', ')}, ${found}`);
      if (bandwidth !== undefined && !isPositive(bandwidth)) {
        flaws.warning(
          'relation-internet-bandwidth-value-invalid',
          `expected megabits a second, found ${show(bandwidth)}`,
        );
      }
      break;
    }
  }
}

function isPositive(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) > 0;
}
