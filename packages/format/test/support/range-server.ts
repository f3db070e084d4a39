import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';

/** A server on the loopback interface and what it was asked for. */
export interface TestServer {
  /** Ends with a slash. */
  readonly url: URL;
  readonly requests: readonly SeenRequest[];
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Answers one request; `number` counts them from 0. */
export type Answering = (request: IncomingMessage, response: ServerResponse, number: number) => void | Promise<void>;

/** Starts a server for one test. */
export async function startServer(answer: Answering): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const number = requests.push({ method, path, headers }) - 1;
    void answer(request, response, number);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), requests };
}

/** How {@link answerRange} presents the file; `null` leaves a header out. */
export interface ServedFile {
  readonly content: Uint8Array | ByteSource;
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ETAG = '"version-1"';
export const LAST_MODIFIED = 'Sat, 01 Jan 2022 00:00:00 GMT';

/** Answers as a good server does. */
export async function answerRange(request: IncomingMessage, response: ServerResponse, file: ServedFile): Promise<void> {
  const { content, etag = ETAG, lastModified = LAST_MODIFIED, headers = {} } = file;
  const source = content instanceof Uint8Array ? bufferSource(content) : content;
  if (etag !== null) response.setHeader('ETag', etag);
  if (lastModified !== null) response.setHeader('Last-Modified', lastModified);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const condition = request.headers['if-range'];
  const holds = condition === undefined || condition === etag || condition === lastModified;
  const range = holds ? rangeOf(request, source.size) : undefined;
  if (range === undefined) {
    response.writeHead(200, { 'Content-Length': source.size });
  } else if (range === 'beyond') {
    response.writeHead(416, { 'Content-Range': `bytes */${source.size}` }).end();
    return;
  } else {
    response.writeHead(206, {
      'Content-Length': range.end - range.start,
      'Content-Range': `bytes ${range.start}-${range.end - 1}/${source.size}`,
    });
  }
  const { start, end } = range ?? { start: 0, end: source.size };
  response.end(await source.read(start, end - start));
}

/** The range of a request, cut at the file's end. */
export function rangeOf(
  request: IncomingMessage,
  size: number,
): { readonly start: number; readonly end: number } | 'beyond' | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  const start = Number(first);
  return start >= size ? 'beyond' : { start, end: Math.min(Number(last) + 1, size) };
}
