/*
 * File types as an image describes them, written anew so that they can add to the system's and take nothing from it. Shared
 * MIME-info Database specification 0.21: https://specifications.freedesktop.org/shared-mime-info-spec/latest/
 */
import type { MimeType } from '@appimage-js/format';
import { escapeXml } from './sanitize-svg.ts';

/** Lower than what any package of the system has where it says nothing (50): a pattern of an image never wins over it. */
const MAXIMUM_WEIGHT = 5;
const MAXIMUM_TYPES = 256;
const MAXIMUM_GLOBS = 64;
const LOCALE = /^[\w@.-]+$/;
const TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/**
 * The package's text; undefined where it would be empty. Rules about content, other names of types and the wish that the rules of others be
 * forgotten are left out: they could make a text document one of this application's.
 */
export function mimePackage(types: readonly MimeType[], iconNames: ReadonlyMap<string, string>): string | undefined {
  const described = types.filter(({ type }) => TYPE.test(type)).slice(0, MAXIMUM_TYPES);
  if (described.length === 0) return undefined;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
    ...described.flatMap((type) => typeLines(type, iconNames)),
    '</mime-info>',
    '',
  ].join('\n');
}

function typeLines(mimeType: MimeType, iconNames: ReadonlyMap<string, string>): string[] {
  const { type, comment, globs, subClassOf, icon, genericIcon } = mimeType;
  const ownIcon = iconNames.get(icon ?? type.replace('/', '-'));
  const comments = [...comment].filter(([locale]) => locale === null || LOCALE.test(locale));
  return [
    `  <mime-type type="${escapeXml(type)}">`,
    ...comments.map(
      ([locale, text]) =>
        `    <comment${locale === null ? '' : ` xml:lang="${escapeXml(locale)}"`}>${escapeXml(text)}</comment>`,
    ),
    ...(ownIcon === undefined ? [] : [`    <icon name="${escapeXml(ownIcon)}"/>`]),
    ...(genericIcon === null || !/^[\w.+-]+$/.test(genericIcon) ? [] : [`    <generic-icon name="${genericIcon}"/>`]),
    ...subClassOf.filter((each) => TYPE.test(each)).map((each) => `    <sub-class-of type="${escapeXml(each)}"/>`),
    ...globs.slice(0, MAXIMUM_GLOBS).flatMap(({ pattern, weight, caseSensitive }) => {
      if (!isNarrow(pattern)) return [];
      const sensitive = caseSensitive ? ' case-sensitive="true"' : '';
      return [`    <glob pattern="${escapeXml(pattern)}" weight="${Math.min(weight, MAXIMUM_WEIGHT)}"${sensitive}/>`];
    }),
    '  </mime-type>',
  ];
}

/** A pattern that says something about names: not `*`, which every file fits. */
function isNarrow(pattern: string): boolean {
  return /[^*?.[\]]/.test(pattern) && !/[\p{Cc}/]/u.test(pattern);
}
