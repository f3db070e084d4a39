/*
 * Licenses as SPDX expressions. SPDX specification 2.3, annex D: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
import { type FlawList, show } from './flaw-list.ts';

/** Tells the identifiers of licenses that SPDX lists. */
export type IsKnownLicense = (id: string) => boolean;

/** Licenses that let metadata be mixed with those of others. AppStream 0.16, 2.1.3, the tag `<metadata_license/>`. */
const METADATA_LICENSES: ReadonlySet<string> = new Set([
  '0BSD',
  'BSL-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC-BY-SA-3.0',
  'CC-BY-SA-4.0',
  'CC0-1.0',
  'FSFAP',
  'FSFUL',
  'FTL',
  'GFDL-1.1',
  'GFDL-1.2',
  'GFDL-1.3',
  'MIT',
]);

/** Looks at the license of the metadata themselves. */
export function checkMetadataLicense(expression: string, flaws: FlawList): void {
  if (/[()]/.test(expression)) {
    flaws.error('metadata-license-too-complex', `metadata must have a simple license, found ${show(expression)}`);
    return;
  }
  const isFree = (license: string) => METADATA_LICENSES.has(license.replace(/\+$|-or-later$|-only$/, ''));
  const choices = expression.split(/\s+(?:or|OR|\|)\s+/);
  const isGood = choices.some((choice) =>
    choice
      .trim()
      .split(/\s+(?:and|AND|with|WITH|&)\s+/)
      .every(isFree),
  );
  if (!isGood) {
    flaws.error(
      'metadata-license-invalid',
      `metadata must have a permissive license such as CC0-1.0, found ${show(expression)}`,
    );
  }
}

/** Looks at the license of the software; names that nobody knows are told only by who has a list of all. */
export function checkProjectLicense(expression: string, isKnown: IsKnownLicense, flaws: FlawList): void {
  const withoutExceptions = expression.replace(/\s(?:with|WITH)\s+[^\s()]+/g, ' ');
  const words = withoutExceptions.split(/[\s()]+/).filter((word) => word !== '' && !OPERATORS.has(word));
  const unknown = words.find((word) => !(word.startsWith('LicenseRef-') || isKnown(word.replace(/\+$/, ''))));
  if (unknown !== undefined) {
    flaws.warning('spdx-license-unknown', `licenses must have their SPDX identifiers, found ${show(unknown)}`);
  }
}

const OPERATORS: ReadonlySet<string> = new Set(['and', 'AND', 'or', 'OR', '&', '|', '+']);
