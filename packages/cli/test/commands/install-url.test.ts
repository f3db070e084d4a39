import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, listing, makeHome, writeProbe } from '../support/probe-home.ts';

/** A server on loopback that answers as the test says. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function probeBytes(): Promise<Buffer> {
  return readFileSync(await writeProbe(join(temporaryFolder(), 'x'), '3.0', { ballast: 300_000 }));
}

describe('appimage install URL', () => {
  test('fetches through redirects, and notes where it is from without what is secret', async () => {
    const { home, env, applications } = await makeHome();
    const bytes = await probeBytes();
    const url = await serve((request, response) => {
      if (request.url === '/latest') response.writeHead(302, { location: '/files/Probe%20one.AppImage' }).end();
      else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    const from = `${url}/latest`;
    const given = from.replace('//', '//user:secret@');
    const { status, stderr, stdout } = await appimage(['install', '--yes', '--json', given], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const path = join(applications, 'Probe one.AppImage');
    expect(JSON.parse(stdout)).toMatchObject({ path, install: { from, signature: 'unsigned' } });
    expect(readFileSync(path)).toEqual(bytes);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readdirSync(applications)).toEqual(['Probe one.AppImage']);
    expect(entries(home)).toHaveLength(1);
  });

  test.each([
    ['as the server says', '/x', { 'content-disposition': 'attachment; filename="Probe.AppImage"' }, 'Probe.AppImage'],
    [
      'but not where the server wants it',
      '/y.AppImage',
      { 'content-disposition': 'attachment; filename="../../evil"' },
      'y.AppImage',
    ],
    ['and shows it', '/.hidden%0A', {}, 'hidden_.AppImage'],
    ['although there is none', '/', {}, 'download.AppImage'],
    ['although it can not be read', '/%E0%A4%A', {}, 'download.AppImage'],
  ])('names the file %s', async (_, path, headers, name) => {
    const { env, applications } = await makeHome();
    const bytes = await probeBytes();
    const url = await serve((_request, response) => response.writeHead(200, headers).end(bytes));
    expect(await appimage(['install', '--yes', url + path], { env })).toMatchObject({ status: 0 });
    expect(readdirSync(applications)).toEqual([name]);
  });

  test.each([
    ['ends in the middle', { 'content-length': 400_000 }, 0],
    ['is a page for people', { 'content-type': 'text/html; charset=utf-8' }, 0],
    ['is no AppImage', {}, 100],
  ])('leaves nothing of an answer that %s', async (_, headers, cut) => {
    const { home, env } = await makeHome();
    const bytes = (await probeBytes()).subarray(cut);
    const url = await serve((_request, response) => {
      response.writeHead(200, headers).write(bytes, () => response.destroy());
    });
    const before = listing(home);
    const { status, stderr } = await appimage(['install', '--yes', `${url}/a.AppImage`], { env });
    expect({ status, isTold: stderr.startsWith('appimage: ') }).toEqual({ status: 1, isTold: true });
    expect(listing(home)).toEqual(before);
  });

  test('writes over nothing, whatever the file is called', async () => {
    const { env, applications } = await makeHome();
    const bytes = await probeBytes();
    const url = await serve((_request, response) => response.writeHead(200).end(bytes));
    mkdirSync(applications);
    for (const name of ['a.AppImage', 'a.AppImage.part']) writeFileSync(join(applications, name), 'mine');
    const { status, stderr } = await appimage(['install', '--yes', `${url}/a.AppImage`], { env });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('the name must be free') });
    expect(readdirSync(applications).sort()).toEqual(['a.AppImage', 'a.AppImage.part']);
    for (const name of ['a.AppImage', 'a.AppImage.part'])
      expect(readFileSync(join(applications, name), 'utf8')).toBe('mine');
  });

  testWith(['root', 'mount'], 'leaves nothing where the disk is full', async () => {
    const { home, env, applications } = await makeHome();
    const bytes = await probeBytes();
    const url = await serve((_request, response) => response.writeHead(200).end(bytes));
    mkdirSync(applications);
    mountTmpfs(applications, '64k');
    const { status, stderr } = await appimage(['install', '--yes', `${url}/a.AppImage`], { env });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('disk is full') });
    expect(readdirSync(applications)).toEqual([]);
    expect(existsSync(join(home, '.local'))).toBe(false);
  });
});
