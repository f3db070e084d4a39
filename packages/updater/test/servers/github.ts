/*
 * GitHub as far as updates need it: the REST API (version 2022-11-28) and the pages and downloads of github.com, on one server;
 * the storage that downloads are redirected to on another.
 */
import { createHash } from 'node:crypto';
import { type SeenRequest, sendFile, sendJson, startServer, type TestServer } from './test-server.ts';

/** A release as a test describes it: the names of its files, with their content. */
export interface FakeRelease {
  readonly tag: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

export interface FakeGitHub extends AsyncDisposable {
  readonly api: string;
  readonly host: string;
  /** What API and pages were asked. */
  readonly requests: SeenRequest[];
  /** What the storage was asked. */
  readonly storageRequests: SeenRequest[];
  /** Makes the API answer as it does beyond its limit. */
  limit: false | 'primary' | 'secondary';
  /** Newest first. */
  releases: readonly FakeRelease[];
}

export async function fakeGitHub(releases: readonly FakeRelease[], { pageSize = 30 } = {}): Promise<FakeGitHub> {
  const contents = new Map<string, Uint8Array>();
  const storage = await startServer((request, response, url) => {
    const content = contents.get(url.searchParams.get('id') ?? '');
    if (content === undefined || url.searchParams.get('signature') !== 'good') response.writeHead(403).end();
    else sendFile(request, response, content, { etag: `"${url.searchParams.get('id')}"` });
  });
  const server: TestServer = await startServer((request, response, url) => {
    const store = (tag: string, name: string, content: string | Uint8Array) => {
      const id = `${tag}/${name}`;
      contents.set(id, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      response.writeHead(302, { location: `${storage.url}/object?id=${encodeURIComponent(id)}&signature=good` }).end();
    };
    const isApi = url.pathname.startsWith('/repos/');
    if (isApi && fake.limit !== false) {
      const reset = Math.floor(Date.now() / 1000) + 1800;
      const headers =
        fake.limit === 'primary'
          ? { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
          : { 'retry-after': '60' };
      response.writeHead(fake.limit === 'primary' ? 403 : 429, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ message: 'API rate limit exceeded for 127.0.0.1.' }));
      return;
    }
    const published = fake.releases.filter(({ draft }) => draft !== true);
    const newest = published.find(({ prerelease }) => prerelease !== true);
    const path = decodeURIComponent(url.pathname);
    const asset = /^\/repos\/owner\/repo\/releases\/assets\/(\d+)$/.exec(path);
    if (asset !== null) {
      const [tag = '', name = '', content = ''] = assetsOf(fake.releases)[Number(asset[1])] ?? [];
      if (request.headers.accept === 'application/octet-stream') store(tag, name, content);
      else sendJson(request, response, { name });
      return;
    }
    const download = /^\/owner\/repo\/releases\/download\/([^/]+)\/([^/]+)$/.exec(url.pathname);
    if (download !== null) {
      const [tag = '', name = ''] = download.slice(1).map(decodeURIComponent);
      const content = fake.releases.find((release) => release.tag === tag)?.files[name];
      if (content === undefined) response.writeHead(404).end('Not Found');
      else store(tag, name, content);
      return;
    }
    if (path === '/owner/repo/releases/latest' && newest !== undefined) {
      response
        .writeHead(302, { location: `${server.url}/owner/repo/releases/tag/${encodeURIComponent(newest.tag)}` })
        .end();
      return;
    }
    if (path.startsWith('/owner/repo/releases/tag/')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html></html>');
      return;
    }
    const json = (release: FakeRelease) => releaseJson(release, server.url, fake.releases);
    if (path === '/repos/owner/repo/releases/latest' && newest !== undefined) {
      sendJson(request, response, json(newest));
      return;
    }
    const tag = /^\/repos\/owner\/repo\/releases\/tags\/(.+)$/.exec(path)?.[1];
    const tagged = published.find((release) => release.tag === tag);
    if (tagged !== undefined) {
      sendJson(request, response, json(tagged));
      return;
    }
    if (path === '/repos/owner/repo/releases') {
      const page = Number(url.searchParams.get('page') ?? '1');
      const shown = fake.releases.slice((page - 1) * pageSize, page * pageSize);
      const more = page * pageSize < fake.releases.length;
      const next = `<${server.url}/repos/owner/repo/releases?per_page=${pageSize}&page=${page + 1}>; rel="next"`;
      const first = `<${server.url}/repos/owner/repo/releases?per_page=${pageSize}&page=1>; rel="first"`;
      sendJson(request, response, shown.map(json), more ? { link: `${first}, ${next}` } : {});
      return;
    }
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' }),
    );
  });
  const fake: FakeGitHub = {
    api: server.url,
    host: server.host,
    requests: server.requests,
    storageRequests: storage.requests,
    limit: false,
    releases,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await storage[Symbol.asyncDispose]();
    },
  };
  return fake;
}

type Asset = readonly [tag: string, name: string, content: string | Uint8Array];

function assetsOf(releases: readonly FakeRelease[]): Asset[] {
  return releases.flatMap(({ tag, files }) =>
    Object.entries(files).map(([name, content]): Asset => [tag, name, content]),
  );
}

/** The fields of the real answer that an updater might look at. */
function releaseJson(release: FakeRelease, base: string, all: readonly FakeRelease[]): unknown {
  const { tag, draft = false, prerelease = false, files } = release;
  const listed = assetsOf(all);
  return {
    url: `${base}/repos/owner/repo/releases/1`,
    html_url: `${base}/owner/repo/releases/tag/${tag}`,
    id: 1,
    tag_name: tag,
    target_commitish: 'main',
    name: `Release ${tag}`,
    draft,
    prerelease,
    immutable: false,
    created_at: '2026-01-02T03:04:05Z',
    published_at: draft ? null : '2026-01-02T03:04:06Z',
    assets: Object.entries(files).map(([name, content]) => ({
      url: `${base}/repos/owner/repo/releases/assets/${listed.findIndex((one) => one[0] === tag && one[1] === name)}`,
      id: 2,
      name,
      label: '',
      content_type: 'application/octet-stream',
      state: 'uploaded',
      size: typeof content === 'string' ? Buffer.byteLength(content) : content.length,
      digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
      download_count: 3,
      browser_download_url: `${base}/owner/repo/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(name)}`,
    })),
    tarball_url: `${base}/repos/owner/repo/tarball/${tag}`,
    body: 'What is new',
  };
}
