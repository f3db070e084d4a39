/*
 * The corpus is read by `appstreamcli` and by us, and both must have understood the same. Its YAML has the whole component.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, run, sharedFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { AppStreamComponent } from '../../src/appstream/component.ts';
import { descriptionText } from '../../src/appstream/description.ts';
import { parseAppStream } from '../../src/appstream/parse-appstream.ts';
import type { ComponentRelation } from '../../src/appstream/relation.ts';
import type { Translations } from '../../src/xml/translations.ts';
import { xml } from '../support/xml.ts';

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));
const documents = readdirSync(CORPUS).filter((name) => name.endsWith('.xml'));

/** A component as `appstreamcli convert` writes it: what is not there has no key, every scalar is a string. */
type Yaml = Record<string, unknown>;

describeWith(['appstreamcli'], 'appstreamcli', () => {
  const folder = sharedFolder();

  function convert(name: string, path = join(CORPUS, name)): Yaml {
    const output = join(folder, `${name}.yml`);
    run('appstreamcli', ['convert', path, output]);
    const [, component] = parseAllDocuments(readFileSync(output, 'utf8'), { schema: 'failsafe' });
    return component?.toJS() as Yaml;
  }

  test('has a corpus to read', () => {
    expect(documents.length).toBeGreaterThanOrEqual(15);
  });

  test.each(documents)('finds %s valid', (name) => {
    expect(run('appstreamcli', ['validate', '--no-net', join(CORPUS, name)])).toContain('Validation was successful');
  });

  test.each(documents)('understands %s as we do', (name) => {
    const component = parseAppStream(readFileSync(join(CORPUS, name)));
    const { Description: description, ...rest } = convert(name);
    expect(toYaml(component)).toEqual(rest);
    expect(words(descriptionText(component.description))).toEqual(words(plainText(description)));
  });

  test('reads times as we do', () => {
    const times = [
      '2020-01-02T03:04:05Z',
      '2020-01-02T03:04:05',
      '2020-01-02T03:04:05.25Z',
      '2020-01-02T03:04:05,25+01:30',
      '2020-01-02T03:04:05+0200',
      '2020-01-02T03:04:05-05',
      '20200102T030405Z',
      '2020-01-02T030405',
      '2020-01-02',
      '2020-1-2',
      '2020-02-29',
      '2019-02-29',
      '2020-02-30',
      '2020-13-01',
      '2020-01-02T03:04',
      '2020-01-02T24:00:00Z',
      '2020-01-02T03:04:60Z',
      '2020-001',
      '2020',
      '20200102',
      'yesterday',
    ];
    const releases = times.map((time, index) => `<release version="${1000 - index}" date="${time}"/>`).join('');
    const text = `<component><id>org.example.times</id><name>t</name><releases>${releases}</releases></component>`;
    const path = join(folder, 'org.example.times.metainfo.xml');
    writeFileSync(path, text);
    const expected = (convert('times', path)['Releases'] as Yaml[]).map((release) => release['unix-timestamp']);
    const found = parseAppStream(xml(text)).releases.map(({ timestamp }) => timestamp);
    const pairs = (values: readonly unknown[]) => values.map((value, index) => [times[index], value]);
    expect(pairs(found.map((value) => (value === null ? undefined : String(value))))).toEqual(pairs(expected));
  });
});

/** Our component in the words of the YAML. */
function toYaml(component: AppStreamComponent): Yaml {
  const { releases, externalReleases, screenshots, developer } = component;
  return dropEmpty({
    Type: component.type,
    ID: component.id,
    DateEOL: component.endOfLife && `${component.endOfLife}T00:00:00Z`,
    Extends: component.extends,
    Name: translated(component.name),
    Summary: translated(component.summary),
    DeveloperName: developer && translated(developer.name),
    ProjectGroup: component.projectGroup,
    ProjectLicense: component.projectLicense,
    CompulsoryForDesktops: component.compulsoryForDesktops,
    Categories: component.categories,
    Keywords: translated(component.keywords),
    Url: Object.fromEntries(component.urls.map(({ type, value }) => [type, value])),
    Icon: icons(component),
    Launchable: listsByType(component.launchables),
    Replaces: component.replaces.map((id) => ({ id })),
    Requires: relations(component.requires),
    Recommends: relations(component.recommends),
    Supports: relations(component.supports),
    Provides: provides(component),
    Suggests: component.suggests.length > 0 ? [{ type: 'upstream', ids: component.suggests }] : [],
    Screenshots: screenshots.map(({ isDefault, caption, images, videos }) => {
      const [source] = images.filter(({ type }) => type === 'source').map(medium);
      const thumbnails = images.filter(({ type }) => type === 'thumbnail').map(medium);
      return {
        ...dropEmpty({ default: isDefault ? 'true' : null, caption: translated(caption), 'source-image': source }),
        ...(videos.length > 0
          ? { videos: videos.map(({ codec, container, ...rest }) => dropEmpty({ codec, container, ...medium(rest) })) }
          : { thumbnails }),
      };
    }),
    Languages: component.languages.map(({ locale, percentage }) => ({ locale, percentage: String(percentage ?? 0) })),
    Branding: dropEmpty({
      colors: component.colors.map(({ type, scheme, value }) =>
        dropEmpty({ type, 'scheme-preference': scheme, value }),
      ),
    }),
    Releases: externalReleases === null ? releases.map(release) : [],
    ContentRating: component.contentRatings.length === 0 ? null : ratings(component),
    Tags: component.tags.map(({ namespace, value }) => ({ namespace, tag: value })),
    Custom: Object.fromEntries(component.custom),
  });
}

function release({
  version,
  type,
  timestamp,
  urgency,
  endOfLife,
  description,
  url,
  issues,
  artifacts,
}: AppStreamComponent['releases'][number]): Yaml {
  return dropEmpty({
    version,
    type,
    'unix-timestamp': timestamp === null ? null : String(timestamp),
    urgency,
    'date-eol': endOfLife,
    description: descriptionText(description) === '' ? null : { C: expect.anything() },
    url: url && { details: url },
    issues: issues.map((issue) =>
      dropEmpty({ type: issue.type === 'generic' ? null : issue.type, id: issue.value, url: issue.url }),
    ),
    artifacts: artifacts.map((artifact) => ({
      size: Object.fromEntries([...artifact.sizes].map(([kind, bytes]) => [kind, String(bytes)])),
      ...dropEmpty({
        type: artifact.type,
        platform: artifact.platform,
        bundle: artifact.bundle,
        filename: artifact.fileName,
        locations: artifact.locations,
        checksum: Object.fromEntries(artifact.checksums),
      }),
    })),
  });
}

function icons({ icons: all }: AppStreamComponent): Yaml {
  const remote = all.filter(({ type }) => type === 'remote');
  return dropEmpty({
    stock: all.find(({ type }) => type === 'stock')?.value,
    remote: remote.map(({ value, width, height, scale }) =>
      dropEmpty({ url: value, width: String(width), height: String(height), scale: scale > 1 ? String(scale) : null }),
    ),
  });
}

const PROVIDED: Readonly<Record<string, string>> = {
  binary: 'binaries',
  mediatype: 'mediatypes',
  library: 'libraries',
  font: 'fonts',
  id: 'ids',
  modalias: 'modaliases',
};

function provides({ provides: items }: AppStreamComponent): Yaml {
  const lists = Object.groupBy(items, ({ type }) => PROVIDED[type] ?? type);
  return Object.fromEntries(
    Object.entries(lists).map(([type, list = []]) => [
      type,
      list.map(({ value, kind }) => {
        if (type === 'dbus') return { type: kind, service: value };
        if (type === 'fonts') return { name: value };
        return type === 'firmware' ? { type: kind, file: value } : value;
      }),
    ]),
  );
}

function relations(list: readonly ComponentRelation[]): Yaml[] {
  const signs: Readonly<Record<string, string>> = { ge: '>=', le: '<=', eq: '==', lt: '<', gt: '>', ne: '!=' };
  return list.map(({ type, value, version, compare, bandwidth }) =>
    dropEmpty({
      [type]: value,
      version: version === null ? null : `${signs[compare ?? '']} ${version}`,
      bandwidth_mbitps: bandwidth === null ? null : String(bandwidth),
    }),
  );
}

function ratings({ contentRatings }: AppStreamComponent): Yaml {
  return Object.fromEntries(contentRatings.map(({ type, attributes }) => [type, Object.fromEntries(attributes)]));
}

function medium({ url, width, height }: { url: string; width: number | null; height: number | null }): Yaml {
  return dropEmpty({ url, width: width && String(width), height: height && String(height) });
}

function listsByType(values: readonly { readonly type: string; readonly value: string }[]): Yaml {
  const lists = Object.groupBy(values, ({ type }) => type);
  return Object.fromEntries(Object.entries(lists).map(([type, list = []]) => [type, list.map(({ value }) => value)]));
}

function translated(translations: Translations<unknown>): Yaml {
  return Object.fromEntries([...translations].map(([locale, value]) => [locale ?? 'C', value]));
}

/** Without what is null, undefined, or empty. */
function dropEmpty(values: Yaml): Yaml {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      if (value === null || value === undefined) return false;
      return typeof value !== 'object' || Object.keys(value).length > 0;
    }),
  );
}

/** The untranslated text of a description in the YAML, which has it as XML. */
function plainText(description: unknown): string {
  const text = String((description as Yaml | undefined)?.['C'] ?? '');
  const sections = text.replaceAll(/<!\[CDATA\[(.*?)\]\]>/gs, (_, section: string) =>
    section.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  );
  const flat = sections.replaceAll(/<\/?(?:p|ul|ol|li)>/g, ' ').replaceAll(/<[^>]*>/g, '');
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return flat.replaceAll(/&(\w+);/g, (_, name: string) => entities[name] ?? '?');
}

/** Without bullets and numbers of lists. */
function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '' && !/^(?:•|\d+\.)$/.test(word));
}
