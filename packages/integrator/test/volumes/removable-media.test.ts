import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/index.ts';
import { writeManifest } from '../../src/manifest/manifest-file.ts';
import { rememberImages } from '../../src/volumes/untouched-files.ts';
import { makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';
import { makeMedium } from '../support/medium.ts';

function entryOf(home: ReturnType<typeof makeHome>, id = ''): string {
  const folder = join(home.places.data, 'applications');
  const [name] = readdirSync(folder).filter((each) => each.endsWith('.desktop') && each.includes(id));
  return join(folder, name as string);
}

const settingsFor = (...watch: string[]) => ({ settings: { watch, thumbnails: false, service: null } });

describeWith(['mount', 'root'], 'an image on a medium', () => {
  test('is hidden while the medium is away, and as it was when it is back', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(home.applications, medium.mountPoint);
    await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    await home.sync(options);
    const shown = snapshot(home.places.data).filter((line) => !line.startsWith('appimage/'));
    const text = readFileSync(entryOf(home), 'utf8');

    medium.detach();
    const { images, removed } = await home.sync(options);
    expect(images).toMatchObject([{ away: true, leftAlone: null, name: 'Probe' }]);
    expect(removed).toEqual([]);
    expect(readFileSync(entryOf(home), 'utf8')).toBe(
      text.replace('[Desktop Entry]\n', '[Desktop Entry]\nHidden=true\n'),
    );
    expect(await home.sync(options)).toMatchObject({ written: [], removed: [], kept: [] });

    medium.attach();
    expect((await home.sync(options)).images).toMatchObject([{ away: false }]);
    expect(snapshot(home.places.data).filter((line) => !line.startsWith('appimage/'))).toEqual(shown);
    rmSync(join(medium.mountPoint, 'Probe.AppImage'));
    expect((await home.sync(options)).images).toEqual([]);
    expect(existsSync(home.places.data)).toBe(false);
  });

  test('is away as well when another medium is mounted at its place', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(medium.mountPoint);
    await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    await home.sync(options);
    medium.detach();
    run('mount', ['-t', 'tmpfs', 'another', medium.mountPoint]);
    expect((await home.sync(options)).images).toMatchObject([{ away: true }]);
    run('umount', [medium.mountPoint]);
    medium.attach();
    expect((await home.sync(options)).images).toMatchObject([{ away: false }]);
  });

  test('that was deleted there is gone, though the medium was away in between', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(medium.mountPoint);
    const file = await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    writeFileSync(join(medium.mountPoint, 'other'), '');
    await home.sync(options);
    medium.detach();
    await home.sync(options);
    medium.attach();
    rmSync(file);
    expect((await home.sync(options)).images).toEqual([]);
    expect(existsSync(home.places.data)).toBe(false);
  });

  test('can be forgotten while it is away', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(medium.mountPoint);
    const file = await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    await home.sync(options);
    medium.detach();
    await home.sync(options);
    await home.sync({ ...options, forgotten: new Set([file]) });
    expect(existsSync(home.places.data)).toBe(false);
  });

  test('keeps the menu entry that its user has changed', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(medium.mountPoint);
    await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    await home.sync(options);
    writeFileSync(entryOf(home), "the user's own");
    medium.detach();
    await home.sync(options);
    expect(readFileSync(entryOf(home), 'utf8')).toBe("the user's own");
    expect((await home.sync(options)).written).toEqual([]);
  });

  test('leaves its name to a newer one at home while it is away, and takes a further one then', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(home.applications, medium.mountPoint);
    await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    await home.sync(options);
    medium.detach();
    await home.sync(options);
    const main = entryOf(home);
    const tree = probeTree({ entry: probeEntry('2.0') });
    const newer = await writeAppImage(join(home.applications, 'Newer.AppImage'), tree);
    await home.sync(options);
    expect(readFileSync(main, 'utf8')).toContain(newer);
    expect(readFileSync(main, 'utf8')).not.toContain('Hidden');
    expect(
      readdirSync(join(home.places.data, 'applications')).filter((name) => name.endsWith('.desktop')),
    ).toHaveLength(1);
    medium.attach();
    await home.sync(options);
    expect(
      readdirSync(join(home.places.data, 'applications')).filter((name) => name.endsWith('.desktop')),
    ).toHaveLength(2);
  });

  test('is repaired where hiding it was cut short, before the write or after it', async () => {
    for (const isWritten of [false, true]) {
      const [home, medium] = [makeHome(), makeMedium()];
      const options = settingsFor(medium.mountPoint);
      const file = await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
      await home.sync(options);
      const before = (await readManifest(home.places)).manifest;
      const text = readFileSync(entryOf(home));
      medium.detach();
      await home.sync(options);
      const after = (await readManifest(home.places)).manifest;
      const isEntry = ({ path }: { readonly path: string }) => path.endsWith('.desktop');
      const [old, hidden] = [before, after].map(({ images }) => images[0]?.files.find(isEntry));
      expect(hidden?.hashes).not.toEqual(old?.hashes);
      const hashes = [...(old?.hashes ?? []), ...(hidden?.hashes ?? [])];
      await writeManifest(home.places, { ...before, pending: old === undefined ? [] : [{ ...old, hashes }] });
      if (!isWritten) writeFileSync(entryOf(home), text);
      expect(await home.sync(options)).toMatchObject({ kept: [], images: [{ away: true }] });
      expect(readFileSync(entryOf(home), 'utf8')).toContain('\nHidden=true\n');
      medium.attach();
      expect(await home.sync(options)).toMatchObject({ kept: [], images: [{ away: false }] });
      expect(readFileSync(entryOf(home))).toEqual(text);
      medium.detach();
      await home.sync(options);
      expect((await home.sync({ ...options, forgotten: new Set([file]) })).kept).toEqual([]);
      expect(existsSync(home.places.data)).toBe(false);
    }
  });

  testWith(['desktop-file-validate'], 'has a hidden entry that is valid', async () => {
    const [home, medium] = [makeHome(), makeMedium()];
    const options = settingsFor(medium.mountPoint);
    await writeAppImage(join(medium.mountPoint, 'Probe.AppImage'), probeTree());
    await home.sync(options);
    medium.detach();
    await home.sync(options);
    expect(readFileSync(entryOf(home), 'utf8')).toContain('\nHidden=true\n');
    expect(run('desktop-file-validate', [entryOf(home)])).not.toContain('error');
  });
});

test('an image is away as well if its medium comes or goes while it is looked for', async () => {
  const home = makeHome();
  await writeAppImage(join(home.applications, 'Probe.AppImage'), probeTree());
  await home.sync();
  const { manifest } = await readManifest(home.places);
  const volume = { mountPoint: '/media/u/stick', id: 'uuid:1' };
  const images = manifest.images.map((image) => ({ ...image, volume }));
  const volumesAt = (place: string | null) => ({ volumeOf: async () => volume, whereIs: () => place });
  const rest = { places: home.places, manifest, found: [], unreadable: new Map(), unsettled: new Set<string>() };
  const countAway = async (...places: (string | null)[]) =>
    (await rememberImages(images, { ...rest, volumes: places.map(volumesAt) })).length;
  expect(await countAway(volume.mountPoint, volume.mountPoint)).toBe(0);
  expect(await countAway(null, volume.mountPoint)).toBe(1);
  expect(await countAway(volume.mountPoint, null)).toBe(1);
  expect(await countAway('/media/u/stick1', '/media/u/stick1')).toBe(1);
});

describe('an image that can not be looked at', () => {
  test('stays as it is while it is written, and a new one is not taken until it is done', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'Probe.AppImage'), probeTree());
    const other = join(home.applications, 'Other.AppImage');
    await home.sync();
    const before = snapshot(home.places.data);
    writeFileSync(file, 'half');
    writeFileSync(other, 'half');
    const result = await home.sync({ unsettled: new Set([file, other]) });
    expect(result).toMatchObject({ written: [], removed: [], images: [{ path: file, leftAlone: null }], remarks: [] });
    expect(snapshot(home.places.data)).toEqual(before);
    rmSync(file);
    expect((await home.sync({ unsettled: new Set([file, other]) })).images).toEqual([]);
  });

  testWith(['setpriv', 'root'], 'keeps its entry in a folder that can not be read, and others are synced', async () => {
    const home = makeHome();
    const locked = join(home.folder, 'Locked');
    mkdirSync(locked);
    const file = await writeAppImage(join(locked, 'Probe.AppImage'), probeTree());
    const options = settingsFor(locked, home.applications);
    run('chown', ['-R', '65534:65534', home.folder]);
    chmodSync(home.folder, 0o755);
    const sync = (): { images: { path: string }[]; remarks: string[] } =>
      JSON.parse(
        run('setpriv', [
          ...['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath],
          ...['--conditions=@appimage-js/source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e'],
          `import { findPlaces, syncAppImages } from ${JSON.stringify(import.meta.resolve('../../src/index.ts'))};
           const places = findPlaces({ HOME: ${JSON.stringify(home.folder)} });
           console.log(JSON.stringify(await syncAppImages({ places, launch: 'self', ...${JSON.stringify(options)} })));`,
        ]),
      );
    sync();
    chmodSync(locked, 0);
    const { images, remarks } = sync();
    expect(images).toMatchObject([{ path: file }]);
    expect(remarks).toEqual([expect.stringContaining(locked)]);
    chmodSync(locked, 0o400);
    expect(sync().images).toMatchObject([{ path: file }]);
    chmodSync(locked, 0o700);
    rmSync(file);
    expect(sync()).toMatchObject({ images: [], remarks: [] });
  });
});
