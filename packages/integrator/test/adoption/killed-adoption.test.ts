import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { adoptForeign, findForeign } from '../../src/index.ts';
import { foreignTools } from '../support/foreign-tools.ts';
import { makeHome } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

const PROGRAM = fileURLToPath(new URL('killed-adoption.ts', import.meta.url));
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 4);
const APPLICATIONS = 4;

async function killedAdoption(home: string, milliseconds: number): Promise<void> {
  const flags = ['--conditions=@appimage-js/source', '--disable-warning=ExperimentalWarning', PROGRAM];
  const child = spawn(process.execPath, [...flags, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  await Promise.race([delay(milliseconds), exit]);
  child.kill('SIGKILL');
  await exit;
}

test('an adoption that is killed at any moment loses nothing, and is finished by the next one', async () => {
  const random = seededRandom(17);
  for (let round = 0; round < ROUNDS; round++) {
    const home = makeHome();
    const tools = foreignTools(home);
    const choice: string[] = [];
    const doomed: string[] = [];
    for (let index = 0; index < APPLICATIONS; index++) {
      const entry = probeEntry('1').replaceAll('Probe', `Probe ${index}`);
      const tree = Object.entries(probeTree({ entry })).filter(([name]) => !name.includes('metainfo'));
      const path = await writeAppImage(join(home.folder, 'Downloads', `${index}.AppImage`), Object.fromEntries(tree));
      const planted = tools.libappimage(path, { changes: { Name: `Mine ${index}` } });
      choice.push(`x-scheme-handler/probing${index}=${planted.entry.slice(planted.entry.lastIndexOf('/') + 1)}`);
      doomed.push(planted.entry, ...planted.files);
    }
    mkdirSync(home.places.config, { recursive: true });
    const list = join(home.places.config, 'mimeapps.list');
    writeFileSync(list, ['[Default Applications]', ...choice, ''].join('\n'));

    for (let count = 0; count < 2; count++) await killedAdoption(home.folder, random() * 600);
    const midway = shownNames(home.places.data);
    expect(new Set(midway)).toEqual(new Set(Array.from({ length: APPLICATIONS }, (_, index) => `Mine ${index}`)));

    const options = { ...home.options, settings: { watch: [], thumbnails: false, service: null } };
    const { notAdopted } = await adoptForeign(options);
    expect(notAdopted).toEqual([]);
    expect((await findForeign(home.places)).entries).toEqual([]);
    expect(shownNames(home.places.data).sort()).toEqual([...new Set(midway)].sort());
    const text = readFileSync(list, 'utf8');
    expect(text).not.toContain('appimagekit_');
    expect(text.match(/=appimage-js-[0-9a-f]{16}\.desktop$/gm)).toHaveLength(APPLICATIONS);
    const trash = readdirSync(join(home.places.data, 'Trash', 'files'));
    // The pictures of file managers stay.
    expect(trash).toHaveLength(doomed.filter((file) => !file.includes('/thumbnails/')).length);
  }
}, 120_000);

/** The names that a menu shows, whoever wrote them. */
function shownNames(data: string): string[] {
  const folder = join(data, 'applications');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.desktop') && !name.startsWith('.'))
    .map((name) => /^Name=(.*)$/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? '');
}
