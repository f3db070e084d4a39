import { expect, test } from 'vitest';
import { readControlFile } from '../../src/index.ts';
import { imageAt } from '../../src/resolve/plain-url.ts';
import { testClient } from '../servers/http-client.ts';
import { startServer } from '../servers/test-server.ts';

test.each([
  ['nothing', '', 'empty-answer', 'an empty answer'],
  ['a page for people', '\n<!DOCTYPE html><title>Log in</title>', 'html-answer', 'a page for people'],
  ['an error of a storage', '<?xml version="1.0"?><Error/>', 'html-answer', 'a page for people'],
  ['something else', 'zsync: 0.6.2\nBlocksize: 3\n\n', undefined, 'Blocksize'],
])('%s instead of a control file is told as such, and where it was', async (_, body, reason, words) => {
  await using server = await startServer((_request, response) => void response.end(body));
  const url = `${server.url}/app.zsync`;
  const image = imageAt('app', { imageUrls: [], controlFileUrls: [url] });
  const error = await readControlFile(image, { http: testClient() }).catch((found: unknown) => found);
  expect(error).toMatchObject({ code: 'malformed', url, message: expect.stringContaining(words) });
  expect(error).toMatchObject({ message: expect.stringContaining(url) });
  expect((error as { reason?: string }).reason).toBe(reason);
});
