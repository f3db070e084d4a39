import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { run, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { readManifest } from '../../src/index.ts';
import { type Manifest, parseManifest } from '../../src/manifest/manifest.ts';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

function pathOf({ places }: Home): string {
  return join(places.data, 'appimage', 'integration', 'manifest.json');
}

/** A home in which an image is shown, with a default and one that was installed. */
async function integratedHome(): Promise<{ home: Home; file: string; text: string }> {
  const home = makeHome();
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  const record = { from: file, sha256: '', signature: 'none', date: '', schemesAllowed: true };
  await home.sync({ installed: new Map([[file, record]]) });
  return { home, file, text: readFileSync(pathOf(home), 'utf8') };
}

test('a manifest that ends anywhere is damaged, and nothing else', async () => {
  const { text } = await integratedHome();
  const whole = text.trimEnd().length;
  for (let length = 0; length < whole; length++) {
    expect(() => parseManifest(text.slice(0, length))).toThrow('damaged');
  }
  expect(parseManifest(text.slice(0, whole)).images).toHaveLength(1);
});

/** Puts something else into one place of a value. */
function mutate(value: unknown, random: () => number): unknown {
  const others = [null, 5, -1, 1e300, '', '../../x', 'a\nb', '/', true, [], {}, [[]], { scheme: 'x\n[y]' }];
  const pick = () => others[Math.floor(random() * others.length)];
  if (typeof value !== 'object' || value === null || random() < 0.15) return pick();
  const keys = Object.keys(value);
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined) return pick();
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (random() < 0.1) delete copy[key];
  else copy[key] = mutate(copy[key], random);
  return copy;
}

test('whatever is in a manifest, a sync does its work or says why not, and deletes nothing', {
  timeout: 300_000,
}, async () => {
  const { home, text } = await integratedHome();
  const random = seededRandom(31);
  const mine = join(home.places.data, 'applications', 'mine.desktop');
  writeFileSync(mine, 'mine');
  writeFileSync(join(home.folder, 'x'), 'mine');
  for (let round = 0; round < 60; round++) {
    let value: unknown = JSON.parse(text);
    for (let count = 1 + random() * 3; count > 0; count--) value = mutate(value, random);
    writeFileSync(pathOf(home), JSON.stringify(value));
    await home.sync().catch((error: unknown) => {
      if (!isAppImageError(error)) throw error;
    });
    expect([readFileSync(mine, 'utf8'), readFileSync(join(home.folder, 'x'), 'utf8')]).toEqual(['mine', 'mine']);
  }
  writeFileSync(pathOf(home), text);
  await home.sync();
  expect((await readManifest(home.places)).manifest.images).toHaveLength(1);
});

test.each<[string, (manifest: Manifest, home: Home) => Manifest]>([
  ['a cache', (manifest, { folder }) => ({ ...manifest, generated: [join(folder, 'victim', 'file')] })],
  ['a folder', (manifest, { folder }) => ({ ...manifest, folders: [join(folder, 'victim', 'empty')] })],
  [
    'a file',
    (manifest) => ({ ...manifest, pending: [{ root: 'data', path: 'a/../../../victim/file', hashes: [''] }] }),
  ],
])('a manifest that names what is not ours as %s of ours takes nothing away', async (_, change) => {
  const { home, file, text } = await integratedHome();
  mkdirSync(join(home.folder, 'victim', 'empty'), { recursive: true });
  writeFileSync(join(home.folder, 'victim', 'file'), '');
  writeFileSync(pathOf(home), JSON.stringify({ version: 1, ...change(parseManifest(text), home) }));
  rmSync(file);
  await home.sync();
  expect(snapshot(join(home.folder, 'victim'))).toEqual([
    'empty/',
    'file e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ]);
});

test('an endless manifest, and one that nobody writes, are not waited for', async () => {
  const home = makeHome();
  await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  mkdirSync(dirname(pathOf(home)), { recursive: true });
  symlinkSync('/dev/zero', pathOf(home));
  await expect(home.sync()).rejects.toMatchObject({ code: 'io' });
  rmSync(pathOf(home));
  run('mkfifo', [pathOf(home)]);
  await expect(home.sync()).rejects.toMatchObject({ code: 'io' });
  rmSync(pathOf(home));
  mkdirSync(pathOf(home));
  await expect(home.sync()).rejects.toMatchObject({ code: 'io' });
});

testWith(
  ['root', 'setpriv'],
  'a manifest that belongs to somebody else is not read, and nothing is written',
  async () => {
    const { home } = await integratedHome();
    run('chown', ['-R', '1234:1234', home.folder]);
    chownSync(pathOf(home), 0, 0);
    chmodSync(pathOf(home), 0o600);
    const before = snapshot(home.folder);
    const program = `
    import { findPlaces, syncAppImages } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    await syncAppImages({ places: findPlaces({ HOME: ${JSON.stringify(home.folder)} }) }).catch(({ code, message }) => console.log(code, message));
  `;
    const args = ['--reuid=1234', '--regid=1234', '--clear-groups', process.execPath];
    const flags = ['--conditions=@appimage-js/source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
    expect(run('setpriv', [...args, ...flags, '-e', program])).toMatch(/^io Cannot read manifest: permission denied/);
    expect(snapshot(home.folder)).toEqual(before);
    expect(existsSync(`${pathOf(home)}.damaged`)).toBe(false);
  },
);
