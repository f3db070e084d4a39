/* Gitea or Forgejo (API version 1) and GitLab (API version 4) with one project, `owner/repo`, as far as updates need them. */
import type { FakeRelease } from './github.ts';
import { sendJson, startServer, type TestServer } from './test-server.ts';

export async function fakeGitea(releases: readonly FakeRelease[], { pageSize = 30 } = {}): Promise<TestServer> {
  const root = '/api/v1/repos/owner/repo/releases';
  const server = await startServer((request, response, url) => {
    const json = ({ tag, draft = false, prerelease = false, files }: FakeRelease) => ({
      id: 1,
      tag_name: tag,
      name: tag,
      html_url: `${server.url}/owner/repo/releases/tag/${tag}`,
      draft,
      prerelease,
      created_at: '2026-01-02T03:04:05Z',
      published_at: '2026-01-02T03:04:05Z',
      assets: Object.entries(files).map(([name, content]) => ({
        id: 2,
        name,
        size: content.length,
        download_count: 1,
        uuid: '3e2f1e5c',
        type: 'attachment',
        browser_download_url: `${server.url}/owner/repo/releases/download/${tag}/${name}`,
      })),
    });
    const visible = releases.filter(({ draft }) => draft !== true);
    const newest = visible.find(({ prerelease }) => prerelease !== true);
    const tagged = visible.find(({ tag }) => `${root}/tags/${tag}` === url.pathname);
    if (url.pathname === `${root}/latest` && newest !== undefined) return sendJson(request, response, json(newest));
    if (tagged !== undefined) return sendJson(request, response, json(tagged));
    if (url.pathname === root) {
      const page = Number(url.searchParams.get('page') ?? '1');
      const shown = visible.slice((page - 1) * pageSize, page * pageSize).map(json);
      const next = `<${server.url}${root}?limit=${pageSize}&page=${page + 1}>; rel="next",<${server.url}${root}?page=9>; rel="last"`;
      const headers = { 'x-total-count': String(visible.length) };
      return sendJson(
        request,
        response,
        shown,
        page * pageSize < visible.length ? { ...headers, link: next } : headers,
      );
    }
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ errors: null, message: 'The target could not be found.', url: `${server.url}/api/swagger` }),
    );
  });
  return server;
}

export async function fakeGitLab(
  releases: readonly (FakeRelease & { readonly upcoming?: boolean })[],
  { project = 'owner/repo', pageSize = 30 } = {},
): Promise<TestServer> {
  const root = `/api/v4/projects/${encodeURIComponent(project)}/releases`;
  const server = await startServer((request, response, url) => {
    const json = ({ tag, upcoming = false, files }: FakeRelease & { readonly upcoming?: boolean }) => ({
      tag_name: tag,
      description: 'What is new',
      name: tag,
      created_at: '2026-01-02T03:04:05.000Z',
      released_at: '2026-01-02T03:04:05.000Z',
      upcoming_release: upcoming,
      _links: { self: `${server.url}/${project}/-/releases/${tag}` },
      assets: {
        count: 4 + Object.keys(files).length,
        sources: [{ format: 'zip', url: `${server.url}/${project}/-/archive/${tag}/repo-${tag}.zip` }],
        links: Object.keys(files).map((name, id) => ({
          id,
          name: name.replace('NAMED ', 'AppImage for Linux '),
          url: `${server.url}/api/v4/projects/7/packages/generic/app/${tag}/${name.replace('NAMED ', '')}`,
          direct_asset_url: `${server.url}/${project}/-/releases/${tag}/downloads/${name.replace('NAMED ', '')}`,
          link_type: 'package',
        })),
      },
    });
    const released = releases.filter(({ upcoming }) => upcoming !== true);
    // The project's path has escaped slashes, which must be there still.
    const [newest] = released;
    if (url.pathname === `${root}/permalink/latest` && newest !== undefined) {
      response.writeHead(302, { location: `${server.url}${root}/${newest.tag}` }).end();
      return;
    }
    const tagged = releases.find(({ tag }) => `${root}/${tag}` === url.pathname);
    if (tagged !== undefined) return sendJson(request, response, json(tagged));
    if (url.pathname === root) {
      const page = Number(url.searchParams.get('page') ?? '1');
      const shown = releases.slice((page - 1) * pageSize, page * pageSize).map(json);
      const next = `<${server.url}${root}?order_by=released_at&page=${page + 1}&per_page=${pageSize}>; rel="next"`;
      return sendJson(request, response, shown, page * pageSize < releases.length ? { link: next } : {});
    }
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"404 Project Not Found"}');
  });
  return server;
}
