import { AppImageError } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { serializeFeed } from '../../src/feed/index.ts';
import { type FetchedFeed, type ResolveOptions, resolveUpdate } from '../../src/resolve/index.ts';
import { testClient } from '../servers/http-client.ts';
import { sendFile, startServer } from '../servers/test-server.ts';
import { feed, feedImage, feedRelease } from './feed-bytes.ts';

const images = [
  feedImage({ urls: ['App 2.AppImage', 'https://mirror.example.org/App2'], zsync: ['../App.zsync'] }),
  feedImage({ name: 'App-small-x86_64.AppImage' }),
];
const FEED = serializeFeed(feed(feedRelease('2', { images, notesUrl: 'notes.html' })));

async function resolve(files: Readonly<Record<string, Uint8Array | string>>, options: Partial<ResolveOptions> = {}) {
  await using server = await startServer((request, response, url) => {
    const content = files[url.pathname];
    if (url.pathname === '/feed.json') response.writeHead(302, { location: '/app/v1/feed.json' }).end();
    else if (content === undefined) response.writeHead(404).end();
    else sendFile(request, response, Buffer.from(content));
  });
  const source = { transport: 'appimage-feed', url: `${server.url}/feed.json` } as const;
  const resolved = await resolveUpdate(source, { http: testClient(), architecture: 'x86_64', ...options });
  return { ...resolved, base: server.url };
}

test('who has to log in for a feed has to for the files beside it as well, and nobody is told how', async () => {
  await using server = await startServer((request, response) => sendFile(request, response, Buffer.from(FEED)));
  const url = `${server.url.replace('//', '//me:secret@')}/app/feed.json`;
  const { image } = await resolveUpdate({ transport: 'appimage-feed', url }, { http: testClient() });
  expect(image.imageUrls).toEqual([
    `${server.url.replace('//', '//me:secret@')}/app/App%202.AppImage`,
    'https://mirror.example.org/App2',
  ]);
  expect(server.requests.every(({ headers }) => headers.authorization === `Basic ${btoa('me:secret')}`)).toBe(true);
});

describe('a feed on a server', () => {
  test('gives the image, with what is relative taken from where the feed came from', async () => {
    const { image, alternatives, base } = await resolve({ '/app/v1/feed.json': FEED });
    expect(image).toEqual({
      name: 'App-x86_64.AppImage',
      version: '2',
      architecture: 'x86_64',
      imageUrls: [`${base}/app/v1/App%202.AppImage`, 'https://mirror.example.org/App2'],
      controlFileUrls: [`${base}/app/App.zsync`],
      size: 5,
      sha256: 'ab'.repeat(32),
      sha512: undefined,
      publishedAt: undefined,
      notesUrl: `${base}/app/v1/notes.html`,
    });
    expect(alternatives).toEqual(['App-small-x86_64.AppImage']);
  });

  test('is shown to who judges it, with the signature beside it, before it is read', async () => {
    const seen: FetchedFeed[] = [];
    const verifyFeed = async (fetched: FetchedFeed) => void seen.push(fetched);
    await resolve({ '/app/v1/feed.json': FEED, '/feed.json.asc': 'signature' }, { verifyFeed });
    await resolve({ '/app/v1/feed.json': FEED }, { verifyFeed });
    expect(seen.map(({ signature }) => signature && new TextDecoder().decode(signature))).toEqual([
      'signature',
      undefined,
    ]);
    expect(Buffer.from(seen[0]?.bytes ?? []).equals(FEED)).toBe(true);
    const refusing = async () => {
      throw new AppImageError('untrusted', 'Cannot trust feed: expected a signature, found none');
    };
    await expect(resolve({ '/app/v1/feed.json': 'no feed' }, { verifyFeed: refusing })).rejects.toMatchObject({
      code: 'untrusted',
    });
  });

  test('with addresses that are none of the web is an error', async () => {
    const bad = serializeFeed(feed(feedRelease('2', { images: [feedImage({ urls: ['file:///etc/passwd'] })] })));
    await expect(resolve({ '/app/v1/feed.json': bad })).rejects.toMatchObject({ reason: 'unexpected-shape' });
  });
});
