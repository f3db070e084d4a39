import { describe, expect, test } from 'vitest';
import { redirectedRoute } from '../../src/http/http-route.ts';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';

const FILE = new TextEncoder().encode('content');

describe('redirects', () => {
  test('are followed, with the range and without what is secret once the origin is another', async () => {
    await using storage = await startServer((request, response) => sendFile(request, response, FILE));
    await using server = await startServer((_, response, url) => {
      const location = url.pathname === '/start' ? '/next' : `${storage.url}/object`;
      response.writeHead(302, { location }).end('elsewhere');
    });
    const http = testClient({ tokens: { [server.host]: 'secret-token' } });
    const headers = { 'x-api-key': 'secret-key', cookie: 'a=b', 'if-none-match': '"1"' };
    const response = await http.get(`${server.url}/start`, { headers, range: { first: 1, last: 2 } });
    await response.discard();
    expect(response).toMatchObject({ status: 206, url: `${storage.url}/object` });
    expect(server.requests).toHaveLength(2);
    for (const request of server.requests) {
      expect(request.headers).toMatchObject({ authorization: 'Bearer secret-token', 'x-api-key': 'secret-key' });
    }
    expect(storage.requests[0]?.headers).toMatchObject({ range: 'bytes=1-2', 'if-none-match': '"1"' });
    expect(JSON.stringify(storage.requests)).not.toMatch(/secret|cookie/);
  });

  test('do not bring a secret back once they have left its origin', async () => {
    await using other = await startServer((_, response) => {
      response.writeHead(302, { location: `${server.url}/end` }).end();
    });
    await using server = await startServer((request, response, url) => {
      if (url.pathname === '/end') sendFile(request, response, FILE);
      else response.writeHead(302, { location: other.url }).end();
    });
    const http = testClient({ tokens: { [server.host]: 'secret-token', [other.host]: 'other-token' } });
    await (await http.get(`${server.url}/start`)).discard();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret-token', undefined]);
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('that lead in a circle end', async () => {
    await using server = await startServer((_, response) => void response.writeHead(307, { location: '/again' }).end());
    await expect(testClient().get(server.url)).rejects.toMatchObject({ code: 'not-permitted', reason: 'redirect' });
    expect(server.requests).toHaveLength(11);
  });

  test.each([
    ['http://example.org/', 'https to http'],
    ['ftp://example.org/', 'http and https'],
    ['file:///etc/passwd', 'http and https'],
    ['http://[', 'must lead to a URL'],
  ])('to %s are refused', (location, message) => {
    expect(redirectedRoute({ url: new URL('https://example.org/a'), trusted: true }, location)).toContain(message);
  });

  test('lose a user name and a password', () => {
    const route = redirectedRoute({ url: new URL('https://a.org/'), trusted: true }, 'https://u:p@b.org/c#d');
    expect(route).toEqual({ url: new URL('https://b.org/c'), trusted: false });
  });

  test('without a place to go are an answer', async () => {
    await using server = await startServer((_, response) => void response.writeHead(302).end());
    await expect(testClient().get(server.url)).rejects.toMatchObject({ reason: 'server', status: 302 });
  });
});
