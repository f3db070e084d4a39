/*
 * Releases of GitHub. Source: REST API, version 2022-11-28, "Releases": https://docs.github.com/en/rest/releases/releases;
 * `digest` is there since June 2025.
 */
import type { ForgeSource } from '@appimage-js/format';
import type { HttpClient } from '../../http/index.ts';
import {
  type ApiRequest,
  askForJson,
  dateOf,
  expectList,
  expectObject,
  expectText,
  sizeOf,
  textOf,
  webUrlOf,
} from '../api-answer.ts';
import type { ResolveOptions } from '../resolve-options.ts';
import type { Forge } from './find-release.ts';
import { pagedItems } from './pages.ts';
import type { Release, ReleaseAsset } from './release.ts';

/** Where GitHub's API is, and where its pages and downloads are. */
export interface GitHubBases {
  readonly api: string;
  readonly web: string;
}

/** The bases of the options, or GitHub's own. */
export function githubBases({ apiBases }: Pick<ResolveOptions, 'apiBases'>): GitHubBases {
  return {
    api: apiBases?.github ?? 'https://api.github.com',
    web: apiBases?.githubWeb ?? 'https://github.com',
  };
}

/** The releases of a repository. */
export function githubReleases(
  http: HttpClient,
  { owner, repository }: Pick<ForgeSource, 'owner' | 'repository'>,
  options: Pick<ResolveOptions, 'apiBases' | 'signal'>,
): Forge {
  const { api, web } = githubBases(options);
  const project = `${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`;
  const releases = `${api}/repos/${project}/releases`;
  const request = (url: string): ApiRequest => ({
    url,
    name: "GitHub's API",
    accept: 'application/vnd.github+json',
    headers: { 'x-github-api-version': '2022-11-28' },
    signal: options.signal,
  });
  // With a token, the files of a private repository can be had from the API, and from nowhere else.
  const isPrivate = http.hasToken(releases);
  const single = async (path: string) => {
    const asked = request(`${releases}/${path}`);
    const { value } = await askForJson(http, asked);
    return parseGitHubRelease(value, asked, isPrivate);
  };
  return {
    name: `GitHub releases of ${owner}/${repository}`,
    url: `${web}/${project}/releases`,
    hasPrereleases: true,
    latest: () => single('latest'),
    byTag: (tag) => single(`tags/${encodeURIComponent(tag)}`),
    async *list() {
      const asked = request(`${releases}?per_page=30`);
      for await (const item of pagedItems(http, asked)) yield parseGitHubRelease(item, asked, isPrivate);
    },
  };
}

/**
 * Parses a release of GitHub, or of Gitea and Forgejo, whose API has the same shape as far as it matters here; `isFromApi` adds the
 * addresses of files in the API itself.
 */
export function parseGitHubRelease(
  value: unknown,
  place: Pick<ApiRequest, 'url' | 'name'>,
  isFromApi = false,
): Release {
  const release = expectObject(value, 'a release', place);
  const assets = expectList(release['assets'] ?? [], 'the files of a release', place);
  return {
    tag: expectText(release['tag_name'], 'the tag of a release', place),
    isDraft: release['draft'] === true,
    isPrerelease: release['prerelease'] === true,
    publishedAt: dateOf(release['published_at']) ?? dateOf(release['created_at']),
    pageUrl: webUrlOf(release['html_url']),
    assets: assets.flatMap((asset) => parseAsset(expectObject(asset, 'a file of a release', place), isFromApi) ?? []),
  };
}

/** Files that are still being uploaded are left out. */
function parseAsset(asset: Readonly<Record<string, unknown>>, isFromApi: boolean): ReleaseAsset | undefined {
  const name = textOf(asset['name']);
  const url = webUrlOf(asset['browser_download_url']);
  const state = textOf(asset['state']) ?? 'uploaded';
  if (name === undefined || url === undefined || state !== 'uploaded') return undefined;
  const [, sha256] = /^sha256:([0-9a-f]{64})$/i.exec(textOf(asset['digest']) ?? '') ?? [];
  const apiUrl = isFromApi ? webUrlOf(asset['url']) : undefined;
  return {
    name,
    urls: [url, ...(apiUrl === undefined ? [] : [apiUrl])],
    size: sizeOf(asset['size']),
    sha256: sha256?.toLowerCase(),
  };
}
