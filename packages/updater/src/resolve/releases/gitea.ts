/*
 * Releases of Gitea and Forgejo, Codeberg included. Source: "Gitea API", version 1, as Gitea 1.22 and Forgejo 11 describe it
 * under `/api/swagger`; both answer alike.
 */
import type { HttpClient } from '../../http/index.ts';
import { type ApiRequest, askForJson } from '../api-answer.ts';
import type { ResolveOptions } from '../resolve-options.ts';
import type { Forge } from './find-release.ts';
import { parseGitHubRelease } from './github.ts';
import { pagedItems } from './pages.ts';

/** A repository on an instance. */
export interface GiteaRepository {
  readonly host: string;
  readonly owner: string;
  readonly repository: string;
}

/** The releases of a repository. */
export function giteaReleases(
  http: HttpClient,
  { host, owner, repository }: GiteaRepository,
  { apiBases, signal }: Pick<ResolveOptions, 'apiBases' | 'signal'>,
): Forge {
  const base = hostBase(host, apiBases);
  const project = `${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`;
  const releases = `${base}/api/v1/repos/${project}/releases`;
  const request = (url: string): ApiRequest => ({ url, name: `the API of ${host}`, signal });
  const single = async (path: string) => {
    const asked = request(`${releases}/${path}`);
    const { value } = await askForJson(http, asked);
    return parseGitHubRelease(value, asked);
  };
  return {
    name: `releases of ${owner}/${repository} on ${host}`,
    url: `${base}/${project}/releases`,
    hasPrereleases: true,
    latest: () => single('latest'),
    byTag: (tag) => single(`tags/${encodeURIComponent(tag)}`),
    async *list() {
      const asked = request(`${releases}?draft=false&limit=30&page=1`);
      for await (const item of pagedItems(http, asked)) yield parseGitHubRelease(item, asked);
    },
  };
}

/** The URL of a host that update information names: some write the scheme along. */
export function hostBase(host: string, apiBases: ResolveOptions['apiBases']): string {
  const name = host.replace(/^https?:\/\//i, '').replace(/\/+$/, '');
  return apiBases?.hosts?.[name] ?? `https://${name}`;
}
