import { describe, expect, test } from 'vitest';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import { type Answering, answerRange, startServer } from '../../support/range-server.ts';
import { noise } from '../../support/trees.ts';
import { openTestSource } from './open-test-source.ts';

const CONTENT = noise(10_000);

const good: Answering = (request, response) => answerRange(request, response, { content: CONTENT });

function redirect(location: string, status = 302): Answering {
  return (_, response) => void response.writeHead(status, { Location: location }).end('moved');
}

/** Answers by path; others are not found. */
function byPath(answers: Readonly<Record<string, Answering>>): Answering {
  return (request, response, number) => {
    const answer = answers[new URL(request.url ?? '', 'http://x').pathname];
    return answer ? answer(request, response, number) : void response.writeHead(404).end();
  };
}

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    'with status %d is followed, and later reads go where it led',
    async (status) => {
      const { url, requests } = await startServer(byPath({ '/old': redirect('/new?key=1', status), '/new': good }));
      const source = await openTestSource(new URL('old', url), { firstRead: 1 });
      expect(source).toMatchObject({ size: 10_000, url: `${url.href}new?key=1`, transfer: { bytes: 1, requests: 2 } });
      expect(Buffer.compare(await source.read(200, 100), CONTENT.subarray(200, 300))).toBe(0);
      expect(requests.map(({ path }) => path)).toEqual(['/old', '/new?key=1', '/new?key=1']);
      expect(requests[1]?.headers.range).toBe('bytes=0-0');
    },
  );

  test('may come many times in a row, but not for ever', async () => {
    const chain = byPath({
      ...Object.fromEntries(Array.from({ length: 10 }, (_, step) => [`/${step}`, redirect(`/${step + 1}`)])),
      '/10': good,
      '/circle': redirect('/circle'),
    });
    const { url, requests } = await startServer(chain);
    expect((await openTestSource(new URL('0', url))).size).toBe(10_000);
    await expect(openHttpSource(new URL('circle', url))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('at most 10 redirects'),
    });
    expect(requests).toHaveLength(22);
  });

  test.each([
    ['file:///etc/passwd', 'must stay with http and https, found file:'],
    ['data:text/plain,x', 'must stay with http and https, found data:'],
    ['http://', 'must lead to a URL'],
  ])('to %s is refused', async (location, words) => {
    const { url, requests } = await startServer(redirect(location));
    await expect(openHttpSource(url)).rejects.toMatchObject({
      code: 'not-permitted',
      url: url.href,
      message: expect.stringContaining(words),
    });
    expect(requests).toHaveLength(1);
  });

  test('to another host gets none of the headers, nor does what follows, back home included', async () => {
    const home: string[] = [];
    const away = await startServer((request, response, number) =>
      redirect(number === 0 ? `${home[0]}last` : '/')(request, response, number),
    );
    const { url, requests } = await startServer(
      byPath({ '/first': redirect('/second'), '/second': redirect(away.url.href), '/last': good }),
    );
    home.push(url.href);
    const headers = { Authorization: 'Bearer secret', 'X-Token': 'secret', Cookie: 'secret' };
    const source = await openTestSource(new URL('first', url), { firstRead: 1, headers });
    await source.read(200, 100);
    const seen = requests.map(({ path, headers }) => [path, headers.authorization, headers['x-token'], headers.cookie]);
    expect(seen).toEqual([
      ['/first', 'Bearer secret', 'secret', 'secret'],
      ['/second', 'Bearer secret', 'secret', 'secret'],
      ['/last', undefined, undefined, undefined],
      ['/last', undefined, undefined, undefined],
    ]);
    expect(away.requests[0]?.headers).not.toMatchObject({ authorization: expect.anything() });
    expect(JSON.stringify(away.requests)).not.toContain('secret');
  });

  test('that a browser follows by itself is refused where headers would be sent on', async () => {
    const opaque = { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null, redirected: false };
    const fetch = async () => opaque as unknown as Response;
    const options = { headers: { 'X-Token': 'secret' }, fetch };
    await expect(openHttpSource('http://example.org/', options)).rejects.toMatchObject({ code: 'not-permitted' });
  });

  test('that a browser does not show is left to the browser', async () => {
    const { url, requests } = await startServer(byPath({ '/old': redirect('/new'), '/new': good }));
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      if (response.status !== 302) return response;
      await response.body?.cancel();
      return { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null } as unknown as Response;
    };
    const source = await openTestSource(new URL('old', url), { firstRead: 1, fetch });
    expect(await source.read(200, 100)).toHaveLength(100);
    expect(source.url).toBe(`${url.href}new`);
    expect(requests.map(({ path }) => path)).toEqual(['/old', '/old', '/new', '/new']);
  });
});

describe('an address that expires', () => {
  /** Redirects to a new address each time; each is good for two requests, and then `status`. */
  function expiring(status: number, answer: Answering = good): Answering {
    let address = 0;
    let uses = 0;
    return (request, response, number) => {
      const { pathname } = new URL(request.url ?? '', 'http://x');
      if (pathname === '/file') {
        address += 1;
        uses = 0;
        return redirect(`/signed-${address}`)(request, response, number);
      }
      const valid = pathname === `/signed-${address}` && uses++ < 2;
      return valid ? answer(request, response, number) : void response.writeHead(status).end();
    };
  }

  test.each([401, 403, 410])('with status %d is asked for anew', async (status) => {
    const { url, requests } = await startServer(expiring(status));
    const source = await openTestSource(new URL('file', url), { firstRead: 1, retries: 0 });
    for (const offset of [200, 300, 400, 500]) {
      expect(Buffer.compare(await source.read(offset, 100), CONTENT.subarray(offset, offset + 100))).toBe(0);
    }
    expect(requests.map(({ path }) => path)).toEqual([
      ...['/file', '/signed-1', '/signed-1', '/signed-1'],
      ...['/file', '/signed-2', '/signed-2', '/signed-2'],
      ...['/file', '/signed-3'],
    ]);
    expect(source.url).toBe(`${url.href}signed-3`);
  });

  test('is asked for anew by several reads at once', async () => {
    const { url } = await startServer(expiring(403));
    const source = await openTestSource(new URL('file', url), { firstRead: 1, concurrency: 1 });
    const reads = await Promise.all([200, 300].map((offset) => source.read(offset, 100)));
    expect(Buffer.compare(Buffer.concat(reads), CONTENT.subarray(200, 400))).toBe(0);
  });

  test('is asked for anew once a read, no more', async () => {
    let opened = false;
    const { url, requests } = await startServer((request, response, number) => {
      if (request.url === '/file') return redirect('/signed')(request, response, number);
      if (opened) return void response.writeHead(403).end();
      opened = true;
      return good(request, response, number);
    });
    const source = await openTestSource(new URL('file', url), { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({ code: 'not-permitted', url: `${url.href}file` });
    expect(requests.map(({ path }) => path)).toEqual(['/file', '/signed', '/signed', '/file', '/signed']);
  });

  test('and leads to another file then is a file that changed', async () => {
    const { url } = await startServer((request, response, number) => {
      if (number === 2) return void response.writeHead(403).end();
      if (request.url === '/file') return redirect('/signed')(request, response, number);
      return answerRange(request, response, { content: CONTENT, etag: number < 2 ? '"1"' : '"2"' });
    });
    const source = await openTestSource(new URL('file', url), { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toThrow('the file changed on the server');
  });

  test('without a redirect is no reason to ask anew', async () => {
    const { url, requests } = await startServer((request, response, number) =>
      number === 0 ? good(request, response, number) : void response.writeHead(403).end(),
    );
    const source = await openTestSource(url, { firstRead: 1 });
    await expect(source.read(200, 100)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(requests).toHaveLength(2);
  });
});
