import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { type InstallRecord, readManifest } from '../../src/index.ts';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';
import { consent, killSettings } from './kill-settings.ts';

const PROGRAM = fileURLToPath(new URL('kill.ts', import.meta.url));
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? (process.env['CI'] === undefined ? 20 : 60));
const CHOICE = '[Default Applications]\nx-scheme-handler/probing0=other.desktop\ntext/plain=ed.desktop\n';

/** Starts a sync and kills it after a time; answers whether it was killed before its end. */
async function killedSync(args: readonly string[], milliseconds: number): Promise<boolean> {
  const flags = ['--conditions=@appimage-js/source', '--disable-warning=ExperimentalWarning', PROGRAM];
  const child = spawn(process.execPath, [...flags, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  await Promise.race([delay(milliseconds), exit]);
  child.kill('SIGKILL');
  const [, signal] = await exit;
  return signal === 'SIGKILL';
}

/** Writes an application of its own name, scheme and file type: of one that several describe, the tools write what they come across last. */
async function writeProbe(path: string, index: number, version: string): Promise<void> {
  const entry = probeEntry(version).replaceAll('Probe', `Probe ${index}`);
  const tree = Object.entries(probeTree({ entry })).filter(([name]) => !name.includes('metainfo'));
  const own = tree.map(([name, content]): [string, string | Uint8Array] =>
    typeof content === 'string'
      ? [name, content.replaceAll('prob', `prob${index}`).replaceAll(`prob${index}ing`, `probing${index}`)]
      : [name.replaceAll('prob', `prob${index}`), content],
  );
  await writeAppImage(path, Object.fromEntries(own));
}

/** What integration has written into a home, but its own record; the lines of choices in any order. */
function traces({ folder, places }: Home): string[] {
  const list = join(places.config, 'mimeapps.list');
  const choices = existsSync(list) ? readFileSync(list, 'utf8').split('\n').sort() : [];
  const files = ['.local', '.cache', '.config'].flatMap((name) =>
    existsSync(join(folder, name))
      ? snapshot(join(folder, name))
          .filter((line) => !/^(?:share\/appimage\/integration\/manifest|mimeapps\.list)/.test(line))
          .map((line) => `${name}/${line}`)
      : [],
  );
  return [...files, ...choices];
}

/** What a sync writes that nobody disturbs, for the same files. */
async function fresh(home: Home, installed: ReadonlyMap<string, InstallRecord>): Promise<string[]> {
  const other = makeHome();
  writeChoice(other);
  await other.sync({ settings: killSettings(home.applications), installed });
  // Entries name the launcher, which is in the folder for data.
  for (const path of snapshotPaths(join(other.folder, '.local', 'share'))) {
    const text = readFileSync(path, 'latin1');
    if (text.includes(other.folder)) writeFileSync(path, text.replaceAll(other.folder, home.folder), 'latin1');
  }
  const found = traces(other);
  rmSync(other.folder, { recursive: true });
  return found;
}

function snapshotPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function writeChoice({ places }: Home): void {
  mkdirSync(places.config, { recursive: true });
  writeFileSync(join(places.config, 'mimeapps.list'), CHOICE);
}

test(`a sync repairs what ${ROUNDS} that were killed have left`, { timeout: 1_800_000 }, async () => {
  const random = seededRandom(8);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const home = makeHome();
  writeChoice(home);
  const before = snapshot(home.folder);
  const store = temporaryFolder();
  for (const index of [0, 1, 2]) {
    for (const version of ['1.0', '2.0']) await writeProbe(join(store, `${index}-${version}`), index, version);
  }
  const copy = (index: number, version: string, path: string) => {
    copyFileSync(join(store, `${index}-${version}`), `${path}.part`);
    chmodSync(`${path}.part`, 0o755);
    renameSync(`${path}.part`, path);
  };
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const index = pick([0, 1, 2]);
    const [path, renamed] = [
      join(home.applications, `${index}.AppImage`),
      join(home.applications, `${index} new.AppImage`),
    ];
    const there = [path, renamed].find((each) => existsSync(each));
    const deed = there === undefined ? 'install' : pick(['remove', 'remove', 'update', 'rename', 'allow']);
    if (there === undefined) copy(index, '1.0', path);
    else if (deed === 'remove') rmSync(there);
    else if (deed === 'update') copy(index, pick(['1.0', '2.0']), there);
    else if (deed === 'rename') renameSync(there, there === path ? renamed : path);
    const installed = deed === 'allow' || (deed === 'install' && random() < 0.5) ? [there ?? path] : [];
    if (await killedSync([home.folder, home.applications, ...installed], random() * 500)) killed += 1;
    if (round % 4 !== 3) continue;
    await home.sync({ settings: killSettings(home.applications) });
    const { images } = (await readManifest(home.places)).manifest;
    // An update that has also got another name before anybody looked inherits the defaults of the application, without a record of its own.
    const allowed = images.filter(({ install, defaults }) => install?.schemesAllowed === true || defaults.length > 0);
    const expected = await fresh(home, new Map(allowed.map((image) => [image.path, consent(image.path)])));
    expect(traces(home)).toEqual(expected);
  }
  expect(killed).toBeGreaterThan(0);
  for (const name of readdirSync(home.applications)) rmSync(join(home.applications, name));
  await home.sync({ settings: killSettings(home.applications) });
  expect(snapshot(home.folder)).toEqual(before);
});
