import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, onTestFinished, test, vi } from 'vitest';
import { planAppImages, readManifest, syncAppImages } from '../../src/index.ts';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

const PROGRAM = fileURLToPath(new URL('daemon-process.ts', import.meta.url));
const CHANGES = 1000;

/** Applications that have nothing in common, two versions of each. */
async function makeImages(): Promise<Buffer[]> {
  const folder = temporaryFolder();
  const images: Buffer[] = [];
  for (let index = 0; index < 12; index++) {
    const name = `probe${index >> 1}`;
    const tree = Object.entries(probeTree({ version: `${index}.0` })).filter(([path]) => !path.includes('metainfo'));
    const own = tree.map(([path, content]): [string, string | Uint8Array] => [
      path.replaceAll('probe', name),
      typeof content === 'string' ? content.replaceAll(/probe/gi, name) : content,
    ]);
    images.push(readFileSync(await writeAppImage(join(folder, `${index}`), Object.fromEntries(own))));
  }
  return images;
}

/** What a daemon or a sync has made of the images. */
async function outcome({ places }: Pick<Home, 'places'>) {
  const { images } = (await readManifest(places)).manifest;
  const files = existsSync(places.data) ? snapshot(places.data).filter((line) => !line.startsWith('appimage/')) : [];
  return { files, images: [...images].sort((left, right) => (left.path < right.path ? -1 : 1)) };
}

/** Copies, moves, deletes and half-writes files in a folder; in the end most are whole. */
async function changeAtRandom(folder: string, images: readonly Buffer[]): Promise<void> {
  const random = seededRandom(1000);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const outside = temporaryFolder();
  const halves = new Map<string, Buffer>();
  const nameOf = () => `${Math.floor(random() * 40)}${pick(['.AppImage', '.AppImage', '', '.AppImage.part'])}`;
  for (let count = 0; count < CHANGES; count++) {
    const path = join(folder, nameOf());
    const other = join(random() < 0.3 ? outside : folder, nameOf());
    const image = pick(images);
    const deed = random();
    if (deed < 0.3) writeFileSync(path, image, { mode: 0o755 });
    else if (deed < 0.45) {
      writeFileSync(path, image.subarray(0, Math.floor(image.length * random())), { mode: 0o755 });
      halves.set(path, image);
    } else if (deed < 0.65 && existsSync(path)) renameSync(path, other);
    else if (deed < 0.75 && existsSync(other)) renameSync(other, path);
    else if (deed < 0.9) rmSync(path, { force: true });
    else if (deed < 0.95 && existsSync(path)) chmodSync(path, pick([0o644, 0o755]));
    else if (existsSync(path)) appendFileSync(path, 'more');
    if (count % 5 === 0) await delay(random() * 120);
  }
  for (const [path, image] of halves) if (existsSync(path)) writeFileSync(path, image);
  for (const name of readdirSync(folder)) if (name.endsWith('9.AppImage')) rmSync(join(folder, name));
}

test(`after ${CHANGES} changes at random a daemon has made what one sync makes`, { timeout: 120_000 }, async () => {
  const home = makeHome();
  const args = ['--conditions=@appimage-js/source', '--disable-warning=ExperimentalWarning', PROGRAM, home.folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const events: { readonly event: string; readonly descriptors?: number }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  const isSynced = () => expect(events.filter(({ event }) => event === 'synced').length).toBeGreaterThan(0);
  await vi.waitFor(isSynced, { timeout: 20_000, interval: 50 });
  await changeAtRandom(home.applications, await makeImages());

  const options = { places: home.places, launch: 'self', command: ['/usr/bin/appimage'] } as const;
  const isDone = async () => expect((await planAppImages(options)).plan.hasWork).toBe(false);
  await vi.waitFor(isDone, { timeout: 40_000, interval: 500 });
  child.kill('SIGTERM');
  await closed;
  const made = await outcome(home);
  expect(made.images.length).toBeGreaterThan(5);
  for (const folder of [home.places.data, home.places.config, join(home.folder, '.cache')])
    rmSync(folder, { recursive: true, force: true });
  await syncAppImages(options);
  expect(made).toEqual(await outcome(home));

  const syncs = events.filter(({ event }) => event === 'synced');
  const ended = events.at(-1);
  process.stdout.write(`${syncs.length} syncs; ${JSON.stringify(ended)}\n`);
  expect(events.filter(({ event }) => event === 'failed')).toEqual([]);
  expect(ended).toMatchObject({ event: 'ended' });
  expect(ended?.descriptors).toBeLessThanOrEqual((syncs[0]?.descriptors ?? 0) + 2);
});
