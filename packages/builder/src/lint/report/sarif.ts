/*
 * Static Analysis Results Interchange Format 2.1.0, which forges show beside the code:
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import { encodeFileName } from '@appimage-js/format';
import { LINT_RULES } from '../all-checks.ts';
import type { LintReport } from '../lint-appimage.ts';
import type { Finding, LintProfile, Rule, Severity } from '../rule.ts';

/** A log of one run; what is not of use here is left out of the type. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [SarifRun];
}

/** One look at one file or directory. */
export interface SarifRun {
  readonly tool: { readonly driver: SarifDriver };
  readonly columnKind: 'utf16CodeUnits';
  readonly results: readonly SarifResult[];
  readonly properties: { readonly profile: LintProfile };
}

/** The program that looked, with the rules that had findings. */
export interface SarifDriver {
  readonly name: string;
  readonly version?: string;
  readonly rules: readonly SarifRule[];
}

/** A rule, as forges explain a finding by it. */
export interface SarifRule {
  readonly id: string;
  readonly shortDescription: SarifText;
  readonly help: SarifText;
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: Severity };
}

/** A finding. */
export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: Severity;
  readonly message: SarifText;
  readonly locations: readonly [SarifLocation];
}

/** Where a finding is. */
export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly startLine: number };
  };
  /** The file in the image. */
  readonly logicalLocations?: readonly [{ readonly fullyQualifiedName: string; readonly kind: 'resource' }];
}

/** Plain text; the standard has other kinds as well. */
export interface SarifText {
  readonly text: string;
}

/** What {@link toSarif} needs to know beside the findings. */
export interface SarifOptions {
  /** What was looked at: a path, relative to the repository where forges are to show it, or a URL. */
  readonly file: string;
  /** Whether that is a directory, whose files are named by themselves. */
  readonly isDirectory: boolean;
  /** Of the program that looked. */
  readonly version?: string;
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * Writes a report as a SARIF log. Findings in an AppDir are at the files in it, those in an image at the image, with the file in it
 * as their logical location.
 */
export function toSarif({ findings, profile }: LintReport, options: SarifOptions): SarifLog {
  const { version } = options;
  const rules = LINT_RULES.filter(({ id }) => findings.some(({ rule }) => rule === id));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const driver = { name: 'appimage validate', ...(version === undefined ? {} : { version }) };
  const results = findings.map((finding) => toResult(finding, indexes.get(finding.rule) ?? -1, options));
  const run = {
    tool: { driver: { ...driver, rules: rules.map(toRule) } },
    columnKind: 'utf16CodeUnits',
    results,
    properties: { profile },
  } as const;
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

function toRule({ id, severity, summary, source, remedy }: Rule): SarifRule {
  return {
    id,
    shortDescription: { text: `${summary}.` },
    help: { text: `${capitalized(remedy)}. Source: ${source.name}.` },
    ...(source.url === undefined ? {} : { helpUri: source.url }),
    defaultConfiguration: { level: severity },
  };
}

function toResult(finding: Finding, ruleIndex: number, options: SarifOptions): SarifResult {
  const { rule, severity, path, line, message, remedy } = finding;
  const where = path === null || options.isDirectory ? '' : `${path}: `;
  const uri = options.isDirectory && path !== null ? `${options.file.replace(/\/$/, '')}/${path}` : options.file;
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: wellFormed(`${where}${message}. ${capitalized(remedy)}.`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(uri) },
          ...(line === undefined || !options.isDirectory ? {} : { region: { startLine: line } }),
        },
        ...(path === null
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: wellFormed(path), kind: 'resource' }] as const }),
      },
    ],
  };
}

/** A URI reference: the bytes of a path, those that mean something escaped. A URL stays one. */
function toUri(pathOrUrl: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pathOrUrl)) return URL.parse(pathOrUrl)?.href ?? '';
  return [...encodeFileName(pathOrUrl)]
    .map((byte) => String.fromCharCode(byte))
    .map((character) => (/[\w./~-]/.test(character) ? character : escapeByte(character)))
    .join('');
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Names that are not UTF-8 have escapes in them which are no characters. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
