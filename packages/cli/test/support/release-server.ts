import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A release: its tag, and its files. */
export interface ServedRelease {
  readonly tag: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A server on loopback that answers as GitHub does when it is asked for the latest release of owner/probe and its files. */
export interface ReleaseServer extends AsyncDisposable {
  readonly url: string;
  /** What the command needs to take it for GitHub, and nobody's pins but the test's. */
  readonly environment: Readonly<Record<string, string>>;
  /** Null for an API that wants to be asked less often. */
  release: ServedRelease | null;
  /** Bytes of files that were sent. */
  readonly sent: number;
}

const PATH = '/owner/probe/releases/download/';

export async function serveReleases(dataFolder: string): Promise<ReleaseServer> {
  let sent = 0;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://server');
    const { release } = served;
    if (release === null) {
      response.writeHead(403, { 'x-ratelimit-remaining': '0', 'content-type': 'application/json' });
      response.end('{"message":"API rate limit exceeded"}');
    } else if (pathname === '/repos/owner/probe/releases/latest') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(describe(release, served.url)));
    } else if (pathname.startsWith(PATH)) {
      response.writeHead(302, { location: `/storage/${pathname.slice(PATH.length)}` }).end();
    } else {
      const content = release.files[pathname.replace(/^\/storage\/[^/]+\//, '')];
      if (content === undefined) response.writeHead(404).end();
      else sent += sendFile(request, response, content);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const served = {
    url,
    environment: {
      GITHUB_API_URL: url,
      GITHUB_SERVER_URL: url,
      XDG_DATA_HOME: dataFolder,
      XDG_CACHE_HOME: dataFolder,
      no_proxy: '127.0.0.1',
    },
    release: null as ServedRelease | null,
    get sent() {
      return sent;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return served;
}

function describe({ tag, files }: ServedRelease, url: string) {
  return {
    tag_name: tag,
    draft: false,
    prerelease: false,
    published_at: '2026-01-01T00:00:00Z',
    html_url: `${url}/owner/probe/releases/tag/${tag}`,
    assets: Object.entries(files).map(([name, content], id) => ({
      id,
      name,
      size: content.length,
      state: 'uploaded',
      browser_download_url: `${url}${PATH}${tag}/${name}`,
      url: `${url}/repos/owner/probe/releases/assets/${id}`,
      digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    })),
  };
}

/** Answers with a file or, where one is asked for, one range of it; answers the bytes. */
function sendFile({ headers }: IncomingMessage, response: ServerResponse, content: Uint8Array): number {
  const [, first, last = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined) {
    response.writeHead(200, { 'content-length': content.length, 'accept-ranges': 'bytes' }).end(content);
    return content.length;
  }
  const end = Math.min(last === '' ? content.length - 1 : Number(last), content.length - 1);
  const part = content.subarray(Number(first), end + 1);
  response.writeHead(206, {
    'content-length': part.length,
    'content-range': `bytes ${first}-${end}/${content.length}`,
  });
  response.end(part);
  return part.length;
}
