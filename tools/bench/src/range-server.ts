import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of files in memory. */
export interface RangeServer extends AsyncDisposable {
  readonly url: string;
  /** Bytes of files that were sent since the last look. */
  takeSent(): number;
}

const BOUNDARY = 'next-part';

/** Serves files on the loopback device, whole, by ranges, and by several ranges at once, by the names given to them. */
export async function serveRanges(files: Readonly<Record<string, string>>): Promise<RangeServer> {
  const contents = new Map(Object.entries(files).map(([name, path]) => [`/${name}`, readFileSync(path)]));
  let sent = 0;
  const server: Server = createServer((request, response) => {
    const content = contents.get(request.url ?? '');
    if (content === undefined) return void response.writeHead(404).end();
    const parts = rangesOf(request.headers.range, content.length).map(
      ([first, last]) => [`bytes ${first}-${last}/${content.length}`, content.subarray(first, last + 1)] as const,
    );
    const [only, second] = parts;
    if (only === undefined) {
      sent += content.length;
      return void response.writeHead(200, { 'content-length': content.length }).end(content);
    }
    for (const [, bytes] of parts) sent += bytes.length;
    if (second === undefined) {
      const [range, bytes] = only;
      return void response.writeHead(206, { 'content-range': range, 'content-length': bytes.length }).end(bytes);
    }
    const body = Buffer.concat([
      ...parts.flatMap(([range, bytes]) => [
        Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Range: ${range}\r\n\r\n`),
        bytes,
      ]),
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]);
    const type = `multipart/byteranges; boundary=${BOUNDARY}`;
    response.writeHead(206, { 'content-type': type, 'content-length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    takeSent() {
      const bytes = sent;
      sent = 0;
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function rangesOf(header: string | undefined, size: number): [first: number, last: number][] {
  const list = /^bytes=(.*)$/.exec(header ?? '')?.[1];
  if (list === undefined) return [];
  return list.split(',').map((range) => {
    const [first = '', last = ''] = range.trim().split('-');
    return [Number(first), Math.min(Number(last), size - 1)];
  });
}
