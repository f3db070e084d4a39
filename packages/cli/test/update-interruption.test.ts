import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, onTestFinished, test } from 'vitest';
import { startAppimage } from './support/appimage.ts';
import { probeRelease } from './support/probe-release.ts';
import { serveReleases } from './support/release-server.ts';

/** All of them take minutes. */
const KILLS = Number(process.env['UPDATE_KILLS'] ?? (process.env['CI'] === undefined ? 20 : 200));
const SEED = Number(process.env['TEST_SEED'] ?? 1);

/** A user with an old version, whose updates are killed one after the other. */
async function killUpdates(
  moments: readonly number[],
  versions: { readonly old: Buffer; readonly next: Buffer },
  env: Record<string, string>,
) {
  const home = temporaryFolder();
  const file = join(home, 'Probe.AppImage');
  const start = () =>
    startAppimage(['update', file, '--json', '--keep', '1'], {
      cwd: home,
      env: { ...env, XDG_DATA_HOME: join(home, 'data') },
    });
  const outcomes = { old: 0, next: 0, killed: 0 };
  for (const moment of moments) {
    writeFileSync(`${file}.new`, versions.old, { mode: 0o755 });
    renameSync(`${file}.new`, file);
    const child = start();
    await Promise.race([child, delay(moment)]);
    child.kill('SIGKILL');
    const { signal } = await child;
    if (signal === 'SIGKILL') outcomes.killed += 1;
    const found = readFileSync(file);
    if (found.equals(versions.old)) outcomes.old += 1;
    else expect(found.equals(versions.next), `killed after ${moment} ms`).toBe(true);
    if (found.equals(versions.next)) outcomes.next += 1;

    // The next run finishes, whatever the one before has left.
    const finished = await start();
    expect(finished.exitCode, String(finished.stderr)).toBe(0);
    expect(readFileSync(file).equals(versions.next)).toBe(true);
    expect(
      readdirSync(home).filter((name) => !['.appimage-versions', 'Probe.AppImage', 'data'].includes(name)),
    ).toEqual([]);
    for (const name of readdirSync(join(home, '.appimage-versions/Probe.AppImage'))) {
      expect(readFileSync(join(home, '.appimage-versions/Probe.AppImage', name)).equals(versions.old)).toBe(true);
    }
  }
  return outcomes;
}

test(`an update that is killed at any of ${KILLS} moments leaves one of the two files, whole, and the next one finishes`, {
  timeout: 3_600_000,
}, async () => {
  const folder = temporaryFolder();
  const common = randomBytes(1_000_000);
  const [old, next] = [
    await probeRelease(folder, '1.0', { content: Buffer.concat([common, randomBytes(300_000)]) }),
    await probeRelease(folder, '2.0', { content: Buffer.concat([common, randomBytes(300_000)]) }),
  ];
  const server = await serveReleases(join(folder, 'data'));
  onTestFinished(() => server[Symbol.asyncDispose]());
  server.release = next;
  const versions = { old: Buffer.from(old.image), next: Buffer.from(next.image) };

  const began = performance.now();
  await killUpdates([100_000], versions, server.environment);
  const whole = (performance.now() - began) / 2; // one update, and one that has nothing to do
  const random = seededRandom(SEED);
  const moments = Array.from({ length: KILLS }, () => random() * whole * 1.2);
  const halves = [moments.filter((_, index) => index % 2 === 0), moments.filter((_, index) => index % 2 === 1)];
  const [one, other] = await Promise.all(halves.map((half) => killUpdates(half, versions, server.environment)));
  const killed = (one?.killed ?? 0) + (other?.killed ?? 0);
  expect(killed).toBeGreaterThan(KILLS / 4);
});
