import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server was asked. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server on loopback that remembers what it was asked. */
export interface TestServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly host: string;
  readonly requests: SeenRequest[];
}

/** Answers a request; what it throws is answered with 500. */
export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

export async function startServer(handle: Handler): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    requests.push({ method, path, headers });
    const answer = async () => handle(request, response, new URL(path, 'http://server'));
    answer().catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON and an entity tag, or with 304 where the client has it already. */
export function sendJson(request: IncomingMessage, response: ServerResponse, value: unknown, headers = {}): void {
  const body = JSON.stringify(value);
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag, ...headers }).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', etag, ...headers }).end(body);
}

/** Answers with a file, by one range where one is asked for. */
export function sendFile(request: IncomingMessage, response: ServerResponse, content: Uint8Array, headers = {}): void {
  const fields = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream', ...headers };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) {
    response.writeHead(200, { ...fields, 'content-length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
    return;
  }
  const end = Math.min(last === '' ? content.length - 1 : Number(last), content.length - 1);
  const part = content.subarray(Number(first), end + 1);
  response.writeHead(206, {
    ...fields,
    'content-length': part.length,
    'content-range': `bytes ${first}-${end}/${content.length}`,
  });
  response.end(part);
}
