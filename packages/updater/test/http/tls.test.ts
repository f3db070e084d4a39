import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeWith, run, sharedFolder } from '@appimage-js/testing';
import { Agent } from 'undici';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';

const FILE = new TextEncoder().encode('content');

describeWith(['openssl'], 'HTTPS', () => {
  const folder = sharedFolder();
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];

  beforeAll(() => {
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...names,
    ]);
  });

  /** A server that redirects everything but `/file`. */
  async function secureServer(location = '/file') {
    const asked: (string | undefined)[] = [];
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      asked.push(request.headers.authorization);
      if (request.url === '/file') sendFile(request, response, FILE);
      else response.writeHead(302, { location }).end();
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return { asked, host: `127.0.0.1:${port}`, url: `https://127.0.0.1:${port}` };
  }

  function trusting(host: string) {
    const dispatcher = new Agent({ connect: { ca: readFileSync(cert) } });
    onTestFinished(() => dispatcher.close());
    return testClient({ dispatcher, tokens: { [host]: 'secret' } });
  }

  test('carries the token of its host', async () => {
    const { asked, host, url } = await secureServer();
    await (await trusting(host).get(`${url}/start`)).discard();
    expect(asked).toEqual(['Bearer secret', 'Bearer secret']);
  });

  test('is never left for HTTP', async () => {
    await using plain = await startServer((request, response) => sendFile(request, response, FILE));
    const { asked, host, url } = await secureServer(plain.url);
    await expect(trusting(host).get(`${url}/start`)).rejects.toMatchObject({
      code: 'not-permitted',
      reason: 'redirect',
      message: expect.stringContaining('must not lead from https to http'),
    });
    expect(asked).toHaveLength(1);
    expect(plain.requests).toEqual([]);
  });

  test('with a certificate that nobody vouches for is refused, once', async () => {
    const { asked, url } = await secureServer();
    const http = testClient({ retries: 3 });
    await expect(http.get(`${url}/file`)).rejects.toMatchObject({ code: 'io', reason: 'connection' });
    await expect(http.get(`${url}/file`)).rejects.not.toThrow('tried');
    expect(asked).toEqual([]);
  });
});
