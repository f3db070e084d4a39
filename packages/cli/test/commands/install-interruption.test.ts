import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, onTestFinished, test, vi } from 'vitest';
import { appimage, startAppimage } from '../support/appimage.ts';
import { entries, listing, makeHome, writeProbe } from '../support/probe-home.ts';

/** How much longer each one may go on than the one before, until one comes to its end. */
const GROWTH = process.env['CI'] === undefined ? 1.4 : 1.15;

test('an interrupted download leaves nothing', async () => {
  const { home, env, applications } = await makeHome();
  const server = createServer((_request, response) => void response.writeHead(200).write(Buffer.alloc(100_000)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const before = listing(home);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.AppImage`;
  const child = startAppimage(['install', '--yes', url], { env });
  await vi.waitFor(() => expect(readdirSync(applications)).toHaveLength(1), { timeout: 20_000 });
  expect(existsSync(join(applications, 'a.AppImage'))).toBe(false);
  child.kill('SIGINT');
  expect((await child).exitCode).toBe(130);
  expect(listing(home)).toEqual(before);
});

/** The folders of the trash are anybody's, and stay. */
const isNoTrash = (line: string) => !/^40700 \.local\/share\/Trash(?:\/files|\/info)?$/.test(line);

testWith(['root', 'mount'], 'an installation that is interrupted at any moment is whole or nothing', async () => {
  const random = seededRandom(26);
  const { home, env, applications } = await makeHome();
  const volume = mountTmpfs(temporaryFolder(), '64m');
  const download = join(home, 'Downloads', 'Probe-1.AppImage');
  mkdirSync(applications);
  await appimage(['install', '--yes', '--schemes', download], { env });
  const newer = await writeProbe(join(volume, 'Probe-2.AppImage'), '2.0', { ballast: 20_000_000 });
  await appimage(['install', '--yes', '--in-place', newer], { env });
  await appimage(['remove', '--yes', '--keep-file', newer], { env });
  renameSync(join(home, 'Applications', 'Probe-1.AppImage'), join(home, 'Applications', 'Probe.AppImage'));
  await appimage(['sync'], { env });
  const before = listing(home);
  const outcomes = new Set<string>();
  for (let patience = 100; readdirSync(volume).length > 0; patience *= GROWTH) {
    const child = startAppimage(['install', '--yes', '--replace', newer], { env });
    await delay(patience * (0.9 + 0.2 * random()));
    child.kill('SIGINT');
    const { exitCode } = await child;
    outcomes.add(String(exitCode));
    // What is done when the signal comes stays done.
    if (readdirSync(volume).length === 0) break;
    expect(listing(home).filter(isNoTrash)).toEqual(before);
    expect(readdirSync(volume)).toEqual(['Probe-2.AppImage']);
  }
  expect(outcomes).toContain('130');
  expect((await appimage(['list'], { env })).stdout).toBe(`Probe 2.0  ${join(applications, 'Probe-2.AppImage')}\n`);
  expect(entries(home)).toHaveLength(1);
});
