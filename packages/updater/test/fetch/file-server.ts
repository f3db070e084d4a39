import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a behaviour sees it. */
export interface Asked {
  readonly path: string;
  readonly content: Uint8Array;
  /** Bytes that are asked for, both ends included; empty where the whole file is. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  /** How many requests for this path there were before. */
  readonly index: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a request in a way of its own; `false` for the usual one. */
export type Behaviour = (asked: Asked) => boolean | Promise<boolean>;

/** What was asked of the server. */
export interface FileServer {
  readonly url: string;
  /** By path: one a request, in their order, and the `Range` that it had. */
  readonly requests: Map<string, (string | undefined)[]>;
  /** The files, which may be changed. */
  readonly files: Map<string, Uint8Array>;
}

const BOUNDARY = 'part-of-a-file';

/** Serves files from memory on the loopback device, whole or by ranges, until the test ends. */
export async function serveFiles(
  content: Readonly<Record<string, Uint8Array>>,
  behaviour: Behaviour = () => false,
): Promise<FileServer> {
  const files = new Map(Object.entries(content));
  const requests = new Map<string, (string | undefined)[]>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1).split('?', 1)[0] ?? '');
    const asked = requests.get(path) ?? [];
    requests.set(path, asked);
    asked.push(request.headers.range);
    const bytes = files.get(path);
    if (bytes === undefined) return void response.writeHead(404).end();
    const ranges = rangesOf(request.headers.range, bytes.length);
    const all: Asked = { path, content: bytes, ranges, index: asked.length - 1, request, response };
    void Promise.resolve(behaviour(all)).then((isAnswered) => isAnswered || answer(all));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests, files };
}

/** The usual answer. */
export function answer(
  { content, ranges, response }: Asked,
  headers: Readonly<Record<string, string>> = {},
  { several = true }: { readonly several?: boolean } = {},
): void {
  const [only, second] = ranges;
  if (only === undefined) {
    response.writeHead(200, { 'content-length': content.length, ...headers }).end(content);
  } else if (second === undefined || !several) {
    const [first, last] = only;
    const bytes = content.subarray(first, last + 1);
    const range = `bytes ${first}-${last}/${content.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': bytes.length, ...headers }).end(bytes);
  } else {
    const parts = ranges.flatMap(([first, last]) => [
      Buffer.from(
        `\r\n--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${first}-${last}/${content.length}\r\n\r\n`,
      ),
      content.subarray(first, last + 1),
    ]);
    const body = Buffer.concat([...parts, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
    const type = `multipart/byteranges; boundary=${BOUNDARY}`;
    response.writeHead(206, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
  }
}

function rangesOf(header: string | undefined, size: number): [first: number, last: number][] {
  const list = /^bytes=(.*)$/.exec(header ?? '')?.[1];
  if (list === undefined) return [];
  return list.split(',').map((range) => {
    const [first = '', last = ''] = range.trim().split('-');
    return [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
  });
}
