import { expect, test } from 'vitest';
import { latestTagByWeb } from '../../src/resolve/releases/github-web.ts';
import { testClient } from '../servers/http-client.ts';
import { startServer } from '../servers/test-server.ts';

test.each([
  ['v1.2%2B3', 'v1.2+3'],
  ['%E0%A4%A', '%E0%A4%A'],
])('the tag %s of a page is %s', async (segment, tag) => {
  const page = `/owner/app/releases/tag/${segment}`;
  await using server = await startServer((_, response, { pathname }) => {
    if (pathname === page) response.end('a page');
    else response.writeHead(302, { location: page }).end();
  });
  const options = { apiBases: { githubWeb: server.url } };
  expect(await latestTagByWeb(testClient(), { owner: 'owner', repository: 'app' }, options)).toBe(tag);
});
