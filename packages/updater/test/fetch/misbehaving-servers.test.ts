import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { CONTROL, client, controlFor, fetching, imageAt, NAME } from './fetching.ts';
import { answer, serveFiles } from './file-server.ts';
import { join, noise } from './noise.ts';
import { isTarget, older, scattered, serve, target } from './scene.ts';

describe('a server', () => {
  test('that knows no ranges is read to the last byte that is missing', async () => {
    const { image, requests } = await serve((asked) => {
      answer({ ...asked, ranges: [] });
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: 'a server sends no parts of files' });
    expect(requests.get(NAME)).toHaveLength(1);
  });

  test('that sends other ranges than it was asked for is given up, once nothing of use comes', async () => {
    const { image } = await serve((asked) => {
      if (asked.ranges.length === 0) return false;
      answer({ ...asked, ranges: [[0, 4095]] });
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({
      method: 'whole',
      reason: expect.stringContaining('nothing of what was asked for'),
    });
  });

  test('that breaks off is asked again for what is missing', async () => {
    const { image } = await serve(({ index, ranges, content, response }) => {
      const [first, last] = ranges[0] ?? [0, content.length - 1];
      if (index > 1 || last - first < 10_000) return false;
      response.writeHead(206, {
        'content-range': `bytes ${first}-${last}/${content.length}`,
        'content-length': last - first + 1,
      });
      response.write(content.subarray(first, first + 9000), () => response.destroy());
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that is slow but sends something is waited for', async () => {
    const { image } = await serve(async ({ content, response, ranges: [range] }) => {
      const [first, last] = range ?? [0, content.length - 1];
      response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${content.length}` });
      for (let at = first; at <= last; at += 5000) {
        response.write(content.subarray(at, Math.min(last + 1, at + 5000)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      response.end();
      return true;
    });
    const fetched = await fetching(image, [older], { http: client({ timeouts: { silence: 2000 } }) });
    expect(isTarget(fetched.bytes)).toBe(true);
  });

  test('that falls silent is left for another', async () => {
    const mirror = await serveFiles({ [NAME]: target });
    const { image } = await serve(({ response, content }) => {
      response.writeHead(206, { 'content-range': `bytes 0-9/${content.length}`, 'content-length': 10 });
      response.write('x');
      return true;
    });
    const http = client({ timeouts: { silence: 200 } });
    const fetched = await fetching({ ...image, imageUrls: [mirror.url + NAME] }, [older], { http });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('whose URL expires on the way is found again by its source', async () => {
    const { url } = await serveFiles(
      { [NAME]: target, [CONTROL]: await controlFor(target, { urls: ['ftp://a/b'] }) },
      (asked) => {
        if (asked.path !== NAME) return false;
        const isOld = asked.request.url?.endsWith('key=1') ?? false;
        if (!isOld || asked.index < 2) return false;
        asked.response.writeHead(403).end();
        return true;
      },
    );
    const imageWith = (key: number) =>
      imageAt({ controlFileUrls: [url + CONTROL], imageUrls: [`${url}${NAME}?key=${key}`] });
    let refreshed = 0;
    const refresh = async () => {
      refreshed += 1;
      return imageWith(2);
    };
    const fetched = await fetching(imageWith(1), [scattered], { refresh });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
    expect(refreshed).toBe(1);
  });

  test('that leads to a signed URL is asked again where that has expired', async () => {
    let key = 1;
    const storage = await serveFiles({ [NAME]: target }, ({ request, response, index }) => {
      if (index === 1) key = 2;
      if (request.url?.endsWith(`key=${key}`)) return false;
      response.writeHead(403).end();
      return true;
    });
    const { image } = await serve(({ response }) => {
      response.writeHead(302, { location: `${storage.url}${NAME}?key=${key}` }).end();
      return true;
    });
    const fetched = await fetching(image, [scattered], { connections: 1 });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
    expect(key).toBe(2);
  });

  test('that has a token of the user does not pass it on to where it redirects', async () => {
    const seen: (string | undefined)[] = [];
    const storage = await serveFiles({ [NAME]: target }, ({ request }) => {
      seen.push(request.headers.authorization);
      return false;
    });
    const asked: (string | undefined)[] = [];
    const { image, url } = await serve(({ request, response }) => {
      asked.push(request.headers.authorization);
      response.writeHead(302, { location: storage.url + NAME }).end();
      return true;
    });
    const http = client({ tokens: { [new URL(url).host]: 'secret' } });
    const fetched = await fetching(image, [older], { http });
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(asked[0]).toContain('secret');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((value) => value === undefined)).toBe(true);
  });

  test('whose file changes on the way is asked for everything anew', async () => {
    const next = join(noise(5000, 8), target);
    const nextControl = await controlFor(next);
    let isChanged = false;
    const server = await serveFiles({ [NAME]: target, [CONTROL]: await controlFor(target) }, (asked) => {
      if (asked.path === NAME && asked.index === 1) {
        server.files.set(NAME, next).set(CONTROL, nextControl);
        isChanged = true;
      }
      const content = server.files.get(asked.path) ?? asked.content;
      const tag = isChanged ? '"two"' : '"one"';
      const isStale = (asked.request.headers['if-range'] ?? tag) !== tag;
      answer({ ...asked, content, ranges: isStale ? [] : asked.ranges }, { etag: tag });
      return true;
    });
    const image = imageAt({ controlFileUrls: [server.url + CONTROL] });
    const fetched = await fetching(image, [scattered], { connections: 1 });
    expect(isChanged).toBe(true);
    expect(Buffer.compare(fetched.bytes, next)).toBe(0);
  });

  test('that packs what it sends is read whole, unpacked', async () => {
    const packed = gzipSync(target);
    const { image } = await serve(({ response }) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched).toMatchObject({ method: 'whole', reason: expect.stringContaining('packs what it sends (gzip)') });
  });

  test('that has another, shorter file is not believed', async () => {
    for (const ranged of [true, false]) {
      const { image } = await serve(
        (asked) => {
          answer(ranged ? asked : { ...asked, ranges: [] });
          return true;
        },
        target.subarray(0, 700_000),
      );
      await expect(fetching(image, [older])).rejects.toMatchObject({ code: 'untrusted' });
    }
  });

  test('that sends wrong bytes is replaced by one that does not', async () => {
    const mirror = await serveFiles({ [NAME]: target });
    const { image } = await serve(undefined, noise(target.length, 77));
    const fetched = await fetching({ ...image, imageUrls: [mirror.url + NAME] }, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that sends nothing but wrong bytes is refused in the end', async () => {
    const { image } = await serve(undefined, noise(target.length, 77));
    await expect(fetching(image, [older])).rejects.toMatchObject({ code: 'untrusted' });
  });

  test('of HTTP 1.0 is read', async () => {
    const { image } = await serve(({ content, ranges: [range], response }) => {
      const [first, last] = range ?? [0, content.length - 1];
      const head = `HTTP/1.0 206 Partial Content\r\nContent-Range: bytes ${first}-${last}/${content.length}\r\n\r\n`;
      response.socket?.write(head);
      response.socket?.end(content.subarray(first, last + 1));
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that is busy for a moment is asked again', async () => {
    const { image } = await serve(({ index, response }) => {
      if (index > 0) return false;
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    });
    const fetched = await fetching(image, [older]);
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(fetched.method).toBe('delta');
  });

  test('that breaks off a whole download is asked for the rest of it', async () => {
    const server = await serveFiles({ [NAME]: target }, (asked) => {
      if (asked.index > 0) {
        answer(asked, { etag: '"one"' });
      } else {
        asked.response.writeHead(200, { 'content-length': target.length, etag: '"one"' });
        asked.response.write(target.subarray(0, 600_000), () => asked.response.destroy());
      }
      return true;
    });
    const fetched = await fetching(imageAt({ imageUrls: [server.url + NAME] }));
    expect(isTarget(fetched.bytes)).toBe(true);
    expect(server.requests.get(NAME)?.[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('whose file has changed since is not asked for the rest of the old one', async () => {
    const http = client({ retries: 0 });
    const folder = temporaryFolder();
    const server = await serveFiles({ [NAME]: older }, (asked) => {
      if (asked.content === older) {
        asked.response.writeHead(200, { 'content-length': older.length, etag: '"one"' });
        asked.response.write(older.subarray(0, 600_000), () => asked.response.destroy());
      } else {
        answer(asked.request.headers['if-range'] === '"two"' ? asked : { ...asked, ranges: [] }, { etag: '"two"' });
      }
      return true;
    });
    const image = imageAt({ imageUrls: [server.url + NAME] });
    await expect(fetching(image, [], { http, folder })).rejects.toMatchObject({ code: 'io' });
    server.files.set(NAME, target);
    const fetched = await fetching(image, [], { http, folder });
    expect(isTarget(fetched.bytes)).toBe(true);
  });
});
