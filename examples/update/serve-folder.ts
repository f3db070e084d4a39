import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

/** A server on this machine that counts what it sends. */
export interface FolderServer extends AsyncDisposable {
  readonly url: string;
  /** Bytes of files. */
  readonly sent: number;
}

/** Serves the files of a folder, whole or by one range. */
export async function serveFolder(folder: string): Promise<FolderServer> {
  let sent = 0;
  const server = createServer((request, response) => {
    const path = join(folder, basename(request.url ?? ''));
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [range, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first);
    const end = Math.min(last === '' ? size - 1 : Number(last), size - 1);
    sent += end - start + 1;
    const length = { 'accept-ranges': 'bytes', 'content-length': end - start + 1 };
    if (range === undefined) response.writeHead(200, length);
    else response.writeHead(206, { ...length, 'content-range': `bytes ${start}-${end}/${size}` });
    createReadStream(path, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get sent() {
      return sent;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
