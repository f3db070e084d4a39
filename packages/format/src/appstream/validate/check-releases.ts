/*
 * AppStream 0.16, 2.7 "Release Information".
 */
import { childElements, rawText, type XmlElement } from '../../xml/xml-element.ts';
import { checkDescription } from './check-description.ts';
import { compareVersions } from './compare-versions.ts';
import { checkDate, checkUrl, isWebUrl, tellWrongChild } from './element-checks.ts';
import { type FlawList, show } from './flaw-list.ts';

const TYPES: ReadonlySet<string> = new Set(['stable', 'development', 'snapshot']);
const URGENCIES: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'critical']);
const ISSUE_TYPES: ReadonlySet<string> = new Set(['generic', 'cve']);
const CHECKSUMS: ReadonlySet<string> = new Set(['sha1', 'sha256', 'sha512', 'blake2b', 'blake3']);
/** Smaller numbers are years and not seconds since 1970. */
const EARLIEST_TIMESTAMP = 3000;

/** Looks at all releases. */
export function checkReleases(releases: XmlElement, name: string, flaws: FlawList): void {
  let newer: string | undefined;
  for (const release of childElements(releases)) {
    if (release.name !== 'release') {
      tellWrongChild(releases, release, '<release>', flaws);
      continue;
    }
    checkAttributes(release, flaws);
    for (const child of childElements(release)) checkChild(release, child, name, flaws);
    const version = release.attributes.get('version');
    if (version !== undefined && newer !== undefined && compareVersions(newer, version) < 0) {
      flaws.warning(
        'releases-not-in-order',
        `releases must be listed from new to old, found ${show(newer)} before ${show(version)}`,
      );
    }
    newer = version ?? newer;
  }
}

function checkAttributes({ attributes }: XmlElement, flaws: FlawList): void {
  if (!attributes.has('version')) flaws.error('release-version-missing', 'a release must have a version, found none');
  checkOneOf(attributes.get('type'), TYPES, (found) => flaws.warning('release-type-invalid', found));
  checkOneOf(attributes.get('urgency'), URGENCIES, (found) => flaws.warning('release-urgency-invalid', found));
  const date = attributes.get('date');
  const timestamp = attributes.get('timestamp');
  if (date !== undefined) checkDate(date, flaws);
  else if (timestamp === undefined) flaws.error('release-time-missing', 'a release must have a date, found none');
  else if (!/^\d+$/.test(timestamp) || Number(timestamp) < EARLIEST_TIMESTAMP) {
    flaws.error('release-timestamp-invalid', `expected seconds since 1970, found ${show(timestamp)}`);
  }
  const endOfLife = attributes.get('date_eol');
  if (endOfLife !== undefined) checkDate(endOfLife, flaws);
}

function checkChild(release: XmlElement, child: XmlElement, name: string, flaws: FlawList): void {
  switch (child.name) {
    case 'description':
      checkDescription(child, { name, isMain: false }, flaws);
      break;
    case 'url':
      checkUrl(rawText(child), flaws);
      break;
    case 'issues':
      for (const issue of childElements(child)) {
        if (issue.name === 'issue') checkIssue(issue, flaws);
        else tellWrongChild(child, issue, '<issue>', flaws);
      }
      break;
    case 'artifacts':
      for (const artifact of childElements(child)) {
        if (artifact.name === 'artifact') checkArtifact(artifact, flaws);
        else tellWrongChild(child, artifact, '<artifact>', flaws);
      }
      break;
    default:
      flaws.note(
        'unknown-tag',
        `<${release.name}> should have only elements of the specification in it, found ${show(child.name)}`,
      );
  }
}

function checkIssue(issue: XmlElement, flaws: FlawList): void {
  const type = issue.attributes.get('type');
  checkOneOf(type, ISSUE_TYPES, (found) => flaws.warning('release-issue-type-invalid', found));
  const url = issue.attributes.get('url');
  if (url !== undefined && isWebUrl(url)) checkUrl(url, flaws);
  else if (url !== undefined) flaws.error('web-url-expected', `expected a URL of the web, found ${show(url)}`);
  if (type === 'cve' && !rawText(issue).startsWith('CVE-')) {
    flaws.warning('release-issue-is-cve-but-no-cve-id', `expected the id of a CVE, found ${show(rawText(issue))}`);
  }
}

function checkArtifact(artifact: XmlElement, flaws: FlawList): void {
  const type = artifact.attributes.get('type');
  checkOneOf(type, new Set(['source', 'binary']), (found) => flaws.error('artifact-type-invalid', found));
  for (const child of childElements(artifact)) {
    const childType = child.attributes.get('type');
    if (child.name === 'location') checkUrl(rawText(child), flaws);
    else if (child.name === 'checksum') {
      checkOneOf(childType ?? '', CHECKSUMS, (found) => flaws.error('artifact-checksum-type-invalid', found));
    } else if (child.name === 'size') {
      checkOneOf(childType ?? '', new Set(['download', 'installed']), (found) =>
        flaws.error('artifact-size-type-invalid', found),
      );
    } else if (child.name === 'filename') {
      if (/^[/.]/.test(rawText(child)))
        flaws.error('artifact-filename-not-basename', `expected a file's name, found ${show(rawText(child))}`);
    } else {
      flaws.note(
        'unknown-tag',
        `<artifact> should have only elements of the specification in it, found ${show(child.name)}`,
      );
    }
  }
}

function checkOneOf(value: string | undefined, allowed: ReadonlySet<string>, tell: (message: string) => void): void {
  if (value !== undefined && !allowed.has(value))
    tell(`expected one of ${[...allowed].join(', ')}, found ${show(value)}`);
}
