/*
 * GitHub without its API, which answers 60 questions an hour and no more: `releases/latest` redirects to the page of the newest
 * release, which has its tag in the address, and files have addresses made of tag and name.
 */
import type { ForgeSource } from '@appimage-js/format';
import type { HttpClient } from '../../http/index.ts';
import { isSourceError, SourceError } from '../../source-error.ts';
import { isPattern } from '../name-pattern.ts';
import type { ResolveOptions } from '../resolve-options.ts';
import { githubBases } from './github.ts';
import { isFileName, type Release, type ReleaseAsset } from './release.ts';

/** What can be asked without the API. */
type WebOptions = Pick<ResolveOptions, 'apiBases' | 'signal'>;

/** The tag of the newest release that is for everybody, by the redirect of `releases/latest`. */
export async function latestTagByWeb(
  http: HttpClient,
  { owner, repository }: Pick<ForgeSource, 'owner' | 'repository'>,
  options: WebOptions,
): Promise<string> {
  const { web } = githubBases(options);
  const url = `${web}/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}/releases/latest`;
  const response = await http.get(url, { method: 'HEAD', accept: [200], signal: options.signal });
  await response.discard();
  const [, tag] = /\/releases\/tag\/([^/?#]+)$/.exec(response.url) ?? [];
  if (tag === undefined) {
    const message = `Cannot find an update in GitHub releases of ${owner}/${repository}: ${url} must lead to a release, found ${response.url}`;
    throw new SourceError('not-found', message, { reason: 'no-release', url });
  }
  try {
    return decodeURIComponent(tag);
  } catch {
    return tag;
  }
}

/** The address of a file of a release. */
export function downloadUrl(
  { owner, repository }: Pick<ForgeSource, 'owner' | 'repository'>,
  { tag, file }: { readonly tag: string; readonly file: string },
  options: WebOptions,
): string {
  const segments = [owner, repository, 'releases', 'download', tag, file].map(encodeURIComponent);
  return [githubBases(options).web, ...segments].join('/');
}

/**
 * The release as far as it can be known without the API: its tag, and those files whose names can be guessed from the pattern
 * and are there. Undefined where there is nothing to guess from.
 */
export async function releaseByWeb(
  http: HttpClient,
  source: ForgeSource,
  options: WebOptions,
): Promise<Release | undefined> {
  const { owner, repository, file } = source;
  if (source.tag === 'latest-pre' || source.tag === 'latest-all' || isPattern(source.tag)) return undefined;
  if (isPattern(file) && !/^[^*?]*\*[^*?]*$/.test(file)) return undefined;
  const tag = source.tag === 'latest' ? await latestTagByWeb(http, source, options) : source.tag;
  const names = guessNames(file, tag);
  const found = await Promise.all(
    [...names, ...names.map((name) => name.replace(/\.zsync$/, ''))].map(async (name) => {
      const url = downloadUrl(source, { tag, file: name }, options);
      return (await isThere(http, url, options)) ? asset(name, url) : undefined;
    }),
  );
  const assets = new Map(found.filter((one) => one !== undefined).map((one) => [one.name, one]));
  if (assets.size === 0) return undefined;
  const { web } = githubBases(options);
  return {
    tag,
    isDraft: false,
    isPrerelease: false,
    publishedAt: undefined,
    pageUrl: `${web}/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}/releases/tag/${encodeURIComponent(tag)}`,
    assets: [...assets.values()],
  };
}

/** A star mostly stands for the version, with or without the "v" of the tag. */
function guessNames(pattern: string, tag: string): readonly string[] {
  const versions = [tag.replace(/^v(?=\d)/i, ''), tag];
  const names = isPattern(pattern)
    ? versions.flatMap((version) => [version, `${version}-`].map((word) => pattern.replace('*', word)))
    : [pattern];
  return [...new Set(names)].filter(isFileName);
}

function asset(name: string, url: string): ReleaseAsset {
  return { name, urls: [url], size: undefined, sha256: undefined };
}

/** Asks for one byte: many storages refuse HEAD for addresses that are signed for GET. */
async function isThere(http: HttpClient, url: string, { signal }: WebOptions): Promise<boolean> {
  try {
    const response = await http.get(url, { range: { first: 0, last: 0 }, signal });
    await response.discard();
    return true;
  } catch (error) {
    if (isSourceError(error) && error.reason === 'gone') return false;
    throw error;
  }
}
