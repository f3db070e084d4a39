import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

const PROGRAM = fileURLToPath(new URL('kill.ts', import.meta.url));
const ROUNDS = process.env['CI'] === undefined ? 20 : 60;

/** Starts a sync and kills it after a time; answers whether it was killed before its end. */
async function killedSync(home: string, applications: string, milliseconds: number): Promise<boolean> {
  const args = [
    '--conditions=@appimage-js/source',
    '--disable-warning=ExperimentalWarning',
    PROGRAM,
    home,
    applications,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  await Promise.race([delay(milliseconds), exit]);
  child.kill('SIGKILL');
  const [, signal] = await exit;
  return signal === 'SIGKILL';
}

test(`a sync repairs what ${ROUNDS} that were killed have left`, { timeout: 1_800_000 }, async () => {
  const random = seededRandom(8);
  const away = temporaryFolder();
  const home = makeHome();
  const names = ['a', 'b', 'c'].map((name) => `${name}.AppImage`);
  for (const [index, name] of names.entries()) {
    const entry = probeEntry('1.0').replaceAll('Probe', `Probe ${index}`);
    // Each of its own type: of one that several describe, the tools write what they come across last.
    const tree = Object.entries(probeTree({ entry })).filter(([path]) => !path.includes('metainfo'));
    const own = tree.map(([path, content]): [string, string | Uint8Array] =>
      typeof content === 'string'
        ? [path, content.replaceAll('probe', `probe${index}`)]
        : [path.replaceAll('probe', `probe${index}`), content],
    );
    await writeAppImage(join(home.applications, name), Object.fromEntries(own));
  }
  const fresh = async () => {
    const other = makeHome();
    await other.sync({ settings: { watch: [home.applications], thumbnails: false } });
    const files = snapshot(join(other.places.data)).filter((line) => !line.startsWith('appimage/'));
    rmSync(other.folder, { recursive: true });
    return files;
  };
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const name = names[Math.floor(random() * names.length)] as string;
    const [here, there] = [join(home.applications, name), join(away, name)];
    if (existsSync(here)) renameSync(here, there);
    else renameSync(there, here);
    if (await killedSync(home.folder, home.applications, random() * 400)) killed += 1;
    if (round % 4 !== 3) continue;
    await home.sync();
    const left = existsSync(home.places.data)
      ? snapshot(home.places.data).filter((line) => !line.startsWith('appimage/'))
      : [];
    expect(left).toEqual(existsSync(home.places.data) ? await fresh() : []);
  }
  expect(killed).toBeGreaterThan(0);
});
