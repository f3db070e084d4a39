import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findPlaces, syncAppImages } from '../../src/index.ts';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

function entries({ places }: Pick<Home, 'places'>): string[] {
  const folder = join(places.data, 'applications');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.desktop')) : [];
}

describe('watched folders', () => {
  test.each<[string, (path: string) => void]>([
    ['a symlink to itself', (path) => symlinkSync(path, path)],
    ['a file', (path) => writeFileSync(path, '')],
    ['a FIFO', (path) => void run('mkfifo', [path])],
    ['not there', () => undefined],
  ])('one that is %s is nothing, and the others are looked at', async (_, make) => {
    const home = makeHome();
    make(join(home.folder, 'odd'));
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const watch = [join(home.folder, 'odd'), home.applications];
    await home.sync({ settings: { ...home.options.settings, watch } as never });
    expect(entries(home)).toHaveLength(1);
  });

  test('one that is watched twice, also by a symlink, shows what is in it once', async () => {
    const home = makeHome();
    symlinkSync(home.applications, join(home.folder, 'link'));
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const watch = [home.applications, join(home.folder, 'link'), home.applications];
    const { images } = await home.sync({ settings: { ...home.options.settings, watch } as never });
    expect(images.map(({ path }) => path)).toEqual([join(home.applications, 'a.AppImage')]);
  });
});

describe('what is no image', () => {
  test('is let be under the name of one: FIFO, socket, device, folder, empty file, dangling link', async () => {
    const home = makeHome();
    const at = (name: string) => join(home.applications, `${name}.AppImage`);
    run('mkfifo', [at('fifo')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
    onTestFinished(() => void server.close());
    symlinkSync('/dev/zero', at('device'));
    mkdirSync(at('folder'));
    writeFileSync(at('empty'), '', { mode: 0o755 });
    symlinkSync('nowhere', at('dangling'));
    writeFileSync(at('text'), 'AppImage', { mode: 0o755 });
    await writeAppImage(at('image'), probeTree());
    const { images } = await home.sync();
    expect(images.filter(({ leftAlone }) => leftAlone === null).map(({ path }) => path)).toEqual([at('image')]);
    expect(images.map(({ path }) => path)).toEqual([at('image'), at('text')]);
  });

  testWith(['root'], 'is a file of another user, which that user could change at any time', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    chownSync(file, 1234, 1234);
    const { images } = await home.sync();
    expect(images[0]?.leftAlone).toBe('it belongs to another user');
    expect(entries(home)).toEqual([]);
  });

  testWith(['root'], 'is what a symlink of another user leads to, who could let it lead elsewhere', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.folder, 'mine'), probeTree());
    const link = join(home.applications, 'a.AppImage');
    symlinkSync(file, link);
    lchownSync(link, 1234, 1234);
    const { images } = await home.sync();
    expect(images[0]?.leftAlone).toBe('it belongs to another user');
    lchownSync(link, 0, 0);
    utimesSync(file, 1, 1); // what is known is not looked at again
    await home.sync();
    expect(entries(home)).toHaveLength(1);
  });

  test('a file that is something else each time it is looked at ends as what it is in the end', async () => {
    const home = makeHome();
    const file = join(home.applications, 'a.AppImage');
    const other = join(home.folder, 'other');
    await writeAppImage(other, probeTree());
    const [image, junk] = [readFileSync(other), Buffer.alloc(60_000, 'junk')];
    let isOver = false;
    const changing = (async () => {
      for (let count = 0; !isOver; count++) {
        writeFileSync(other, count % 2 === 0 ? junk : image.subarray(0, (count * 997) % image.length), { mode: 0o755 });
        renameSync(other, file);
        if (count % 3 === 0) rmSync(file);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    for (let count = 0; count < 10; count++) await home.sync();
    isOver = true;
    await changing;
    writeFileSync(file, image, { mode: 0o755 });
    await home.sync();
    expect(entries(home)).toHaveLength(1);
    rmSync(file);
    await home.sync();
    expect(snapshot(home.folder).filter((line) => !line.startsWith('other'))).toEqual(['Applications/']);
  });
});

describe('names', () => {
  test('of 255 bytes, with newlines, quotes, percent signs and bidirectional letters are quoted so that they start', async () => {
    const home = makeHome();
    const names = [
      `${'ä'.repeat(123)}.AppImage`,
      'a\nExec=evil\n.AppImage',
      '"%f" $(x) `y` \\ =.AppImage',
      '\u202Egpj.AppImage',
    ];
    for (const [index, name] of names.entries()) {
      const entry = `[Desktop Entry]\nType=Application\nName=P${index}\nExec=p %u\nIcon=p\n`;
      await writeAppImage(join(home.applications, name), { AppRun: '', 'p.desktop': entry });
    }
    await home.sync();
    const found = entries(home);
    expect(found).toHaveLength(names.length);
    for (const entry of found) {
      const text = readFileSync(join(home.places.data, 'applications', entry), 'utf8');
      expect(text.split('\n').filter((line) => /^Exec=evil/.test(line))).toEqual([]);
    }
  });

  testWith(['gio'], 'are handed on as they are by the programs of a desktop', async () => {
    const home = makeHome();
    for (const [index, name] of [
      'a\nb.AppImage',
      '"%f" $(x) `y` \\ =.AppImage',
      "it's; here & there.AppImage",
    ].entries()) {
      const entry = `[Desktop Entry]\nType=Application\nName=P${index}\nExec=p %u\nIcon=p\n`;
      const file = await writeAppImage(join(home.applications, name), { AppRun: '', 'p.desktop': entry });
      await home.sync();
      const [own] = entries(home);
      writeFileSync(file, '#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "$HOME/started"\n', { mode: 0o755 });
      const env = ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`];
      run('env', [...env, 'gio', 'launch', join(home.places.data, 'applications', own as string), 'x:a b']);
      const started = join(home.folder, 'started');
      await expect.poll(() => existsSync(started) && readFileSync(started, 'utf8')).toBe(`${file}\nx:a b\n`);
      rmSync(started);
      rmSync(file);
      await home.sync();
    }
  });

  test('that are no text are let be, and told', async () => {
    const home = makeHome();
    const other = await writeAppImage(join(home.folder, 'other'), probeTree());
    const name = Buffer.concat([Buffer.from(`${home.applications}/`), Buffer.of(0xff, 0xfe), Buffer.from('.AppImage')]);
    renameSync(other, name);
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const { images, remarks } = await home.sync();
    expect(images).toHaveLength(1);
    expect(remarks).toEqual([expect.stringContaining('UTF-8')]);
  });
});

describe('places', () => {
  test('that are relative count for nothing', () => {
    expect(findPlaces({ HOME: '/h', XDG_DATA_HOME: 'data', XDG_CONFIG_HOME: '', XDG_CACHE_HOME: './x' })).toMatchObject(
      {
        data: '/h/.local/share',
        config: '/h/.config',
        cache: '/h/.cache',
      },
    );
  });

  test('are those of the account where nobody has set HOME', () => {
    expect(findPlaces({}).home).toMatch(/^\//);
  });

  testWith(['root', 'unshare'], 'may be the root of the system', async () => {
    const home = makeHome();
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const program = `
      import { findPlaces, syncAppImages } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
      const places = findPlaces({ HOME: ${JSON.stringify(home.folder)}, XDG_DATA_HOME: '/' });
      const settings = { watch: [${JSON.stringify(home.applications)}], thumbnails: false, service: null };
      console.log((await syncAppImages({ places, settings })).written.filter((path) => path.endsWith('.desktop')).join());
      console.log((await syncAppImages({ places, settings: { ...settings, watch: [] } })).removed.length > 0);
    `;
    // Everything that is written lies over the system, not in it.
    const layers = temporaryFolder();
    mountTmpfs(layers, '16m');
    const flags = '--conditions=@appimage-js/source --disable-warning=ExperimentalWarning --input-type=module';
    writeFileSync(join(layers, 'program'), program);
    const script = `set -eu
mkdir ${layers}/upper ${layers}/work ${layers}/root
mount -t overlay -o lowerdir=/,upperdir=${layers}/upper,workdir=${layers}/work overlay ${layers}/root
for each in proc dev tmp work opt; do [ ! -d /$each ] || mount --rbind /$each ${layers}/root/$each; done
exec chroot ${layers}/root ${process.execPath} ${flags} -e "$(cat ${layers}/program)"`;
    const [written, isGone] = execFileSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' }).split(
      '\n',
    );
    expect(written).toMatch(/^\/applications\/appimage-js-[0-9a-f]+\.desktop$/);
    expect(isGone).toBe('true');
    expect(existsSync('/applications')).toBe(false);
  });

  testWith(['root', 'mount'], 'on a volume that can only be read are told, and nothing is left half', async () => {
    const folder = mountTmpfs(temporaryFolder(), '4m');
    const home = makeHome(folder);
    await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    run('mount', ['-o', 'remount,ro', folder]);
    await expect(home.sync()).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('only be read') });
    run('mount', ['-o', 'remount,rw', folder]);
    await home.sync();
    expect(entries(home)).toHaveLength(1);
  });

  testWith(['root'], 'of another user are not written to by root', async () => {
    const home = makeHome();
    mkdirSync(home.places.data, { recursive: true });
    chownSync(home.places.data, 1234, 1234);
    await expect(home.sync()).rejects.toMatchObject({ code: 'not-permitted' });
  });
});

describe('time', () => {
  test.each([
    ['before 1970', -86_400],
    ['in 1970', 0],
    ['in the year 2200', 7_258_118_400],
  ])('a file of %s is shown, and not looked at again', async (_, time) => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    utimesSync(file, time, time);
    await writeAppImage(join(home.applications, 'b.AppImage'), probeTree());
    expect((await home.sync()).images).toHaveLength(2);
    expect(entries(home)).toHaveLength(2);
    expect(await home.sync()).toMatchObject({ written: [], removed: [] });
  });
});

describe('at the same time', () => {
  test('ten syncs do what one does', async () => {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const results = await Promise.all(Array.from({ length: 10 }, () => home.sync()));
    expect(results.filter(({ written }) => written.length > 0)).toHaveLength(1);
    const settled = snapshot(home.folder);
    await home.sync();
    expect(snapshot(home.folder)).toEqual(settled);
    rmSync(file);
    await Promise.all(Array.from({ length: 10 }, () => syncAppImages(home.options)));
    expect(snapshot(home.folder)).toEqual(['Applications/']);
  });
});
