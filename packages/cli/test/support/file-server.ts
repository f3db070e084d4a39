import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that has one file, and counts what it was asked for. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: number;
  /** Bytes of bodies. */
  readonly bytes: number;
}

/** Serves a file by ranges; one that is not there is answered with 404. */
export async function serveFile(path: string): Promise<FileServer> {
  let requests = 0;
  let bytes = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (!existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    const { size } = statSync(path);
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first);
    const end = Math.min(last === '' ? size - 1 : Number(last), size - 1);
    bytes += end - start + 1;
    response.writeHead(206, {
      'accept-ranges': 'bytes',
      'content-length': end - start + 1,
      'content-range': `bytes ${start}-${end}/${size}`,
      etag: '"one"',
    });
    createReadStream(path, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/image.AppImage`,
    get requests() {
      return requests;
    },
    get bytes() {
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
