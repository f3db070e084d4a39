/*
 * Releases of GitLab. Source: REST API, version 4, "Releases": https://docs.gitlab.com/api/releases/. What a release of an
 * application has to offer are its links; the archives of the sources are not looked at.
 */
import type { GitLabSource } from '@appimage-js/format';
import type { HttpClient } from '../../http/index.ts';
import {
  type ApiRequest,
  askForJson,
  dateOf,
  expectList,
  expectObject,
  expectText,
  textOf,
  webUrlOf,
} from '../api-answer.ts';
import type { ResolveOptions } from '../resolve-options.ts';
import type { Forge } from './find-release.ts';
import { hostBase } from './gitea.ts';
import { pagedItems } from './pages.ts';
import type { Release, ReleaseAsset } from './release.ts';

/** The releases of a project. GitLab has no pre-releases; one whose date has not come yet counts as a draft. */
export function gitlabReleases(
  http: HttpClient,
  { host, project }: Pick<GitLabSource, 'host' | 'project'>,
  { apiBases, signal }: Pick<ResolveOptions, 'apiBases' | 'signal'>,
): Forge {
  const base = hostBase(host, apiBases);
  const releases = `${base}/api/v4/projects/${encodeURIComponent(project)}/releases`;
  const request = (url: string): ApiRequest => ({ url, name: `the API of ${host}`, signal });
  const single = async (path: string) => {
    const asked = request(`${releases}/${path}`);
    const { value } = await askForJson(http, asked);
    return parseGitLabRelease(value, asked, base);
  };
  return {
    name: `releases of ${project} on ${host}`,
    url: `${base}/${project}/-/releases`,
    hasPrereleases: false,
    latest: () => single('permalink/latest'),
    byTag: (tag) => single(encodeURIComponent(tag)),
    async *list() {
      const asked = request(`${releases}?order_by=released_at&sort=desc&per_page=30&page=1`);
      for await (const item of pagedItems(http, asked)) yield parseGitLabRelease(item, asked, base);
    },
  };
}

function parseGitLabRelease(value: unknown, place: Pick<ApiRequest, 'url' | 'name'>, base: string): Release {
  const release = expectObject(value, 'a release', place);
  const assets = expectObject(release['assets'] ?? {}, 'the files of a release', place);
  const links = expectList(assets['links'] ?? [], 'the links of a release', place);
  const page = expectObject(release['_links'] ?? {}, 'the addresses of a release', place);
  return {
    tag: expectText(release['tag_name'], 'the tag of a release', place),
    isDraft: release['upcoming_release'] === true,
    isPrerelease: false,
    publishedAt: dateOf(release['released_at']) ?? dateOf(release['created_at']),
    pageUrl: webUrlOf(page['self']),
    assets: links.flatMap((link) => parseLink(expectObject(link, 'a link of a release', place), base)),
  };
}

/** A link's name is for people, and may be "AppImage for Linux": that of the file in its URL counts as well. */
function parseLink(link: Readonly<Record<string, unknown>>, base: string): ReleaseAsset[] {
  const texts = [textOf(link['direct_asset_url']), textOf(link['url'])].filter((text) => text !== undefined);
  const parsed = texts.map((text) => URL.parse(text, base)).filter((url) => url !== null);
  const urls = [...new Set(parsed.filter(({ protocol }) => /^https?:$/.test(protocol)).map(({ href }) => href))];
  if (urls.length === 0) return [];
  const names = [textOf(link['name']), ...parsed.map(fileNameOf)].filter((name) => name !== undefined);
  return [...new Set(names)].map((name) => ({ name, urls, size: undefined, sha256: undefined }));
}

function fileNameOf({ pathname }: URL): string | undefined {
  try {
    return textOf(decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1)));
  } catch {
    return undefined;
  }
}
