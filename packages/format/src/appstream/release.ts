/*
 * AppStream 0.16, 2.2 "Release Information": https://www.freedesktop.org/software/appstream/docs/sect-Metadata-Releases.html
 */
import { childElements, flowText, type XmlElement } from '../xml/xml-element.ts';
import { countAttribute, parseIsoTime } from './attribute-value.ts';
import { type DescriptionBlock, parseDescription } from './description.ts';

/** A version that was published. */
export interface Release {
  readonly version: string | null;
  /** `stable` where nothing is said, or `development`; newer files have `snapshot`, too. */
  readonly type: string;
  /** As it is written, a date or time in ISO 8601; null where there is only a timestamp, or nothing. */
  readonly date: string | null;
  /** Seconds since 1970, UTC, from the timestamp or the date; a date is its first second. Null where neither can be read. */
  readonly timestamp: number | null;
  /** When support ends, as it is written. */
  readonly endOfLife: string | null;
  /** `low`, `medium`, `high` or `critical`; null where nothing is said, which means `medium`. */
  readonly urgency: string | null;
  readonly description: readonly DescriptionBlock[];
  /** A page about the release. */
  readonly url: string | null;
  readonly issues: readonly ReleaseIssue[];
  readonly artifacts: readonly ReleaseArtifact[];
}

/** Something that the release solves. */
export interface ReleaseIssue {
  /** `generic` or `cve`. */
  readonly type: string;
  readonly value: string;
  readonly url: string | null;
}

/** A file that can be downloaded. */
export interface ReleaseArtifact {
  /** `binary` or `source`. */
  readonly type: string | null;
  /** Such as `x86_64-linux-gnu`. */
  readonly platform: string | null;
  /** `appimage`, `flatpak` …; null for none. */
  readonly bundle: string | null;
  readonly fileName: string | null;
  /** Mirrors of the same file. */
  readonly locations: readonly string[];
  /** By the hash's name, such as `sha256`, in hex. */
  readonly checksums: ReadonlyMap<string, string>;
  /** Bytes, by `download` and `installed`. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Reads the `release` children of a `releases` element. */
export function parseReleases(parent: XmlElement): Release[] {
  return childElements(parent, 'release').map(parseRelease);
}

function parseRelease(element: XmlElement): Release {
  const { attributes } = element;
  const date = attributes.get('date') ?? null;
  const url = childElements(element, 'url').find((each) => (each.attributes.get('type') ?? 'details') === 'details');
  return {
    version: attributes.get('version') ?? null,
    type: attributes.get('type') ?? 'stable',
    date,
    timestamp: countAttribute(element, 'timestamp') ?? parseIsoTime(date ?? ''),
    endOfLife: attributes.get('date_eol') ?? null,
    urgency: attributes.get('urgency') ?? null,
    description: parseDescription(childElements(element, 'description')),
    url: url === undefined ? null : flowText(url),
    issues: grandchildren(element, 'issues', 'issue').map(parseIssue),
    artifacts: grandchildren(element, 'artifacts', 'artifact').map(parseArtifact),
  };
}

function parseIssue(element: XmlElement): ReleaseIssue {
  const { attributes } = element;
  return { type: attributes.get('type') ?? 'generic', value: flowText(element), url: attributes.get('url') ?? null };
}

function parseArtifact(element: XmlElement): ReleaseArtifact {
  const { attributes } = element;
  const [fileName] = childElements(element, 'filename').map(flowText);
  return {
    type: attributes.get('type') ?? null,
    platform: attributes.get('platform') ?? null,
    bundle: attributes.get('bundle') ?? null,
    fileName: fileName ?? null,
    locations: childElements(element, 'location').map(flowText),
    checksums: new Map(typedTexts(element, 'checksum')),
    sizes: new Map(
      typedTexts(element, 'size')
        .map(([type, text]) => [type, Number(text)] as const)
        .filter(isSize),
    ),
  };
}

function typedTexts(parent: XmlElement, name: string): (readonly [type: string, text: string])[] {
  return childElements(parent, name).flatMap((child) => {
    const type = child.attributes.get('type');
    return type === undefined ? [] : [[type, flowText(child)] as const];
  });
}

function isSize([, bytes]: readonly [string, number]): boolean {
  return Number.isSafeInteger(bytes) && bytes >= 0;
}

function grandchildren(element: XmlElement, parentName: string, name: string): XmlElement[] {
  return childElements(element, parentName).flatMap((parent) => childElements(parent, name));
}
