import { expect, test } from 'vitest';
import { describeAppImage } from '../../../src/appimage/describe-appimage.ts';
import { openHttpSource } from '../../../src/io/http/http-source.ts';
import { openAppImage } from '../../../src/node/open-appimage.ts';
import { makeAppImage } from '../../support/make-appimage.ts';
import { type Answering, answerRange, startServer } from '../../support/range-server.ts';
import { directory, file, noise, symlink } from '../../support/trees.ts';

const ENTRY = '[Desktop Entry]\nType=Application\nName=Example\nExec=example\nIcon=example\n';

const FAULTS: readonly (readonly [string, Answering])[] = [
  ['breaks off', (request) => void request.socket.destroy()],
  ['is not found', (_, response) => void response.writeHead(404).end()],
  ['is busy', (_, response) => void response.writeHead(503).end()],
  ['is the whole of another file', (_, response) => void response.writeHead(200).end('another')],
  ['is a part of another file', (request, response) => answerRange(request, response, { content: noise(1_000_000) })],
];

function makeExample(): Promise<Uint8Array> {
  const root = directory({
    AppRun: file('#!/bin/sh\n', { mode: 0o755 }),
    'example.desktop': file(ENTRY),
    'example.svg': file('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'),
    '.DirIcon': symlink('example.svg'),
    data: file(noise(5000)),
  });
  return makeAppImage({ root });
}

/** Opens an image, describes it and reads a file of it; answers the error that ended this. */
async function explore(url: URL): Promise<unknown> {
  try {
    // Without a cache, so that each read is a request.
    await using image = await openAppImage(await openHttpSource(url, { firstRead: 64, retries: 0 }));
    expect(await describeAppImage(image)).toMatchObject({ name: 'Example', icon: { format: 'svg' }, problems: [] });
    let length = 0;
    for await (const piece of image.files.readFile('data')) length += piece.length;
    expect(length).toBe(5000);
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each(FAULTS)(
  'an answer that %s, whichever it is, ends as an error, never as an image that lacks something',
  async (_, fault) => {
    const content = await makeExample();
    const good: Answering = (request, response) => answerRange(request, response, { content });
    const { url, requests } = await startServer(good);
    expect(await explore(url)).toBeUndefined();
    expect(requests.length).toBeGreaterThan(6);
    for (let faulty = 0; faulty < requests.length; faulty++) {
      const server = await startServer((request, response, number) =>
        (number === faulty ? fault : good)(request, response, number),
      );
      expect(await explore(server.url), `request ${faulty}`).toMatchObject({
        name: 'AppImageError',
        url: server.url.href,
      });
    }
  },
);
