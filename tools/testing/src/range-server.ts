import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of files in memory. */
export interface RangeServer extends AsyncDisposable {
  readonly url: string;
  /** Bytes of files that were sent so far, by path; ranges and whole files, no headers. */
  readonly sent: ReadonlyMap<string, number>;
}

const BOUNDARY = 'next-range';

/**
 * Serves files from memory on the loopback device, whole or by ranges, several at once as `multipart/byteranges`.
 */
export async function serveRanges(files: Readonly<Record<string, Uint8Array>>): Promise<RangeServer> {
  const sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    const content = files[path];
    if (content === undefined) return void response.writeHead(404).end();
    const parts = rangesOf(request.headers.range, content.length).map(
      ([first, last]) => [first, last, content.subarray(first, last + 1)] as const,
    );
    const bytes = parts.reduce((sum, [, , part]) => sum + part.length, 0);
    sent.set(path, (sent.get(path) ?? 0) + (parts.length === 0 ? content.length : bytes));
    answer(response, content, parts);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Part = readonly [first: number, last: number, bytes: Uint8Array];

function answer(response: ServerResponse, content: Uint8Array, parts: readonly Part[]): void {
  const [only, second] = parts;
  if (only === undefined) {
    response.writeHead(200, { 'content-length': content.length }).end(content);
  } else if (second === undefined) {
    const [first, last, bytes] = only;
    const range = `bytes ${first}-${last}/${content.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': bytes.length }).end(bytes);
  } else {
    const body = Buffer.concat([
      ...parts.flatMap(([first, last, bytes]) => [
        Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Range: bytes ${first}-${last}/${content.length}\r\n\r\n`),
        bytes,
      ]),
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]);
    const type = `multipart/byteranges; boundary=${BOUNDARY}`;
    response.writeHead(206, { 'content-type': type, 'content-length': body.length }).end(body);
  }
}

function rangesOf(header: string | undefined, size: number): [first: number, last: number][] {
  const list = /^bytes=(.*)$/.exec(header ?? '')?.[1];
  if (list === undefined) return [];
  return list.split(',').map((range) => {
    const [first = '', last = ''] = range.trim().split('-');
    return [Number(first), Math.min(Number(last), size - 1)];
  });
}
