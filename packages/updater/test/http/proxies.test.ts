import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findProxies } from '../../src/http/dispatcher.ts';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';

const FILE = new TextEncoder().encode('content');

describe('proxies', () => {
  test('of the environment are asked for plain HTTP, and never see a host that is excepted', async () => {
    await using proxy = await startServer((request, response) => sendFile(request, response, FILE));
    await using server = await startServer((request, response) => sendFile(request, response, FILE));
    const environment = { http_proxy: proxy.url };
    await (await testClient({ environment }).get('http://example.invalid/file')).discard();
    expect(proxy.requests.map(({ path }) => path)).toEqual(['http://example.invalid/file']);
    const excepting = { ...environment, no_proxy: '127.0.0.1' };
    await (await testClient({ environment: excepting }).get(`${server.url}/file`)).discard();
    expect(proxy.requests).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
  });

  test('of the options come first, and null means none', async () => {
    await using proxy = await startServer((request, response) => sendFile(request, response, FILE));
    await using server = await startServer((request, response) => sendFile(request, response, FILE));
    const environment = { http_proxy: 'http://127.0.0.1:1' };
    await (await testClient({ environment, proxy: proxy.url }).get('http://example.invalid/file')).discard();
    expect(proxy.requests).toHaveLength(1);
    await (await testClient({ environment, proxy: null }).get(server.url)).discard();
    expect(server.requests).toHaveLength(1);
  });

  test('make a tunnel for HTTPS, and get no token to see', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url} ${JSON.stringify(request.headers)}`);
      const target = connect(1, '127.0.0.1');
      target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      socket.on('error', () => target.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const http = testClient({ proxy: `http://127.0.0.1:${port}`, tokens: { 'example.invalid': 'secret' } });
    await expect(http.get('https://example.invalid/file')).rejects.toMatchObject({ code: 'io' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('example.invalid:443');
    expect(asked[0]).not.toContain('secret');
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  test('that are silent are given up', async () => {
    const proxy = createTcpServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const http = testClient({ proxy: `http://127.0.0.1:${port}`, timeouts: { connect: 50, headers: 50 } });
    await expect(http.get('https://example.invalid/file')).rejects.toMatchObject({ code: 'io', reason: 'timeout' });
    await expect(http.get('http://example.invalid/file')).rejects.toMatchObject({ code: 'io', reason: 'timeout' });
  });

  test('are found in either spelling, and for all schemes in all_proxy', () => {
    expect(
      findProxies({ environment: { HTTPS_PROXY: 'proxy:8080', all_proxy: 'http://a' }, proxy: undefined }),
    ).toEqual({
      httpProxy: 'http://a/',
      httpsProxy: 'http://proxy:8080/',
      noProxy: '',
    });
    expect(() => findProxies({ environment: {}, proxy: 'ftp://u:secret@x' })).toThrow(TypeError);
    expect(() => findProxies({ environment: { http_proxy: 'ftp://u:secret@x' }, proxy: undefined })).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining('http_proxy') }),
    );
    expect(() => findProxies({ environment: { http_proxy: 'ftp://u:secret@x' }, proxy: undefined })).not.toThrow(
      /secret/,
    );
  });
});
