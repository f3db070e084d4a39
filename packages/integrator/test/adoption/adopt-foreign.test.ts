import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { adoptForeign, cleanForeign, findForeign, findPlaces, planAdoption, planCleaning } from '../../src/index.ts';
import { type Changes, type ForeignTools, foreignTools } from '../support/foreign-tools.ts';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

interface ForeignHome {
  readonly home: Home;
  readonly tools: ForeignTools;
  readonly options: Parameters<typeof adoptForeign>[0];
  readonly adopt: () => ReturnType<typeof adoptForeign>;
  /** In a folder that is not watched. */
  readonly image: (name?: string) => Promise<string>;
}

function makeForeignHome(): ForeignHome {
  const home = makeHome();
  const sharedData = join(home.folder, 'shared');
  const options = { ...home.options, sharedData };
  const image = (name = 'Probe one.AppImage') => writeAppImage(join(home.folder, 'Downloads', name), probeTree());
  return { home, tools: foreignTools(home), options, adopt: () => adoptForeign(options), image };
}

function entriesOf({ places }: Home): string[] {
  const folder = join(places.data, 'applications');
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.desktop'));
}

function overridesOf({ places }: Home): unknown[] {
  const folder = join(places.config, 'appimage', 'overrides');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

function trashOf({ places }: Home): string[] {
  return readdirSync(join(places.data, 'Trash', 'files')).sort();
}

describe('without a request', () => {
  test('nothing of other integrators is touched by a sync', async () => {
    const { home, tools, image } = makeForeignHome();
    const path = await image();
    const planted = [tools.libappimage(path), tools.script(path), tools.goAppimaged(path), tools.am(path)];
    tools.libappimage(join(home.folder, 'gone.AppImage'));
    const own = await writeAppImage(join(home.applications, 'own.AppImage'), probeTree());
    const before = snapshot(home.folder);
    await home.sync();
    rmSync(own);
    await home.sync();
    const after = new Set(snapshot(home.folder));
    expect(before.filter((line) => !(after.has(line) || line.startsWith('Applications/own')))).toEqual([]);
    for (const { entry, files } of planted) expect([entry, ...files].every((file) => existsSync(file))).toBe(true);
  });

  test('an image that another one shows is not shown a second time, until that has gone', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    const { entry } = foreignTools(home).launcher(path);
    const { images } = await home.sync();
    expect(images).toMatchObject([
      { leftAlone: 'AppImageLauncher shows it already; "appimage sync --adopt" takes it over', files: [] },
    ]);
    expect((await home.sync()).images).toEqual(images);
    rmSync(entry);
    expect((await home.sync()).images).toMatchObject([{ leftAlone: null }]);
    // What comes later does not push ours out.
    foreignTools(home).launcher(path);
    expect((await home.sync()).images).toMatchObject([{ leftAlone: null }]);
  });

  test('an image that the user installs is shown', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    foreignTools(home).launcher(path);
    const record = { from: path, sha256: '', signature: 'none', date: '', schemesAllowed: false };
    expect((await home.sync({ installed: new Map([[path, record]]) })).images).toMatchObject([{ leftAlone: null }]);
  });
});

describe('adoption', () => {
  const tools: readonly [keyof ForeignTools, string][] = [
    ['libappimage', 'Probe one (1).AppImage'],
    ['launcher', 'Probe_0123.AppImage'],
    ['goAppimaged', 'Probe one.AppImage'],
    ['script', 'Probe one.AppImage'],
    ['gearLever', 'probe.appimage'],
    ['am', 'Probe one.AppImage'],
    ['pool', 'Probe_9a0364b9e99bb480dd25e1f0284c8555.AppImage'],
    ['timer', 'Cursor-0.48.6-x86_64.AppImage'],
  ];
  test.each(tools)('makes the image that %s shows ours, and moves what is foreign to the trash', async (tool, name) => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image(name);
    const { entry } = tools[tool](path);
    const { images, adopted, notAdopted, trashed } = await adopt();
    expect(images).toMatchObject([{ path, leftAlone: null, install: { from: path } }]);
    expect(notAdopted).toEqual([]);
    expect(adopted).toMatchObject([{ image: path, entry, changes: {} }]);
    expect(entriesOf(home)).toEqual([expect.stringMatching(/^appimage-js-/)]);
    expect(overridesOf(home)).toEqual([]);
    expect(trashOf(home)).toHaveLength(trashed.length);
    expect(trashed).toContain(entry);
    expect(await findForeign(home.places)).toMatchObject({ entries: [], leftovers: [] });
    // It stays ours without the entry, in a folder that nobody watches.
    expect((await home.sync()).images).toMatchObject([{ path, leftAlone: null }]);
    expect((await adopt()).trashed).toEqual([]);
  });

  const changes: readonly [string, Changes, object][] = [
    ['another name', { Name: 'My Probe' }, { name: 'My Probe' }],
    ['other categories', { Categories: 'Game;Nonsense;' }, { categories: ['Game'] }],
    ['a flag', { Exec: '/x --open --no-sandbox "--a b" %U' }, { arguments: ['--no-sandbox', '--a b'] }],
    ['a variable', { Exec: 'env DESKTOPINTEGRATION=1 "LANG=de DE" /x --open %U' }, { environment: { LANG: 'de DE' } }],
    ['that it is hidden', { NoDisplay: 'true' }, { hidden: true }],
    ['the class of its windows', { StartupWMClass: 'other' }, { wmClass: 'other' }],
    ['a version behind the name', { Name: 'Probe (1.0)' }, {}],
    ['an icon that is nowhere', { Icon: 'no-such-icon-anywhere' }, {}],
  ];
  test.each(changes)('keeps %s', async (_what, changed, expected) => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image('probe.AppImage');
    const lines = Object.fromEntries(Object.entries(changed).map(([key, text]) => [key, text.replace('/x', path)]));
    tools.libappimage(path, { changes: lines });
    expect((await adopt()).adopted).toMatchObject([{ changes: expected }]);
    expect(overridesOf(home)).toEqual(Object.keys(expected).length === 0 ? [] : [{ version: 1, ...expected }]);
  });

  test('keeps nothing that would break an entry, and no word of it is lost else', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image('probe.AppImage');
    const exec = `env __proto__=1 PATH=/x "A=a\\nb" sh -c "exec \\"\\$0\\" \\"\\$@\\"" ${path} --open "--x=%%u; rm -rf ~" %U`;
    tools.libappimage(path, { changes: { Name: 'My\\nProbe', Exec: exec, StartupWMClass: 'a\\nExec=rm' } });
    const { adopted, images } = await adopt();
    const [adoption] = adopted;
    expect(adoption?.changes.name).toBeUndefined();
    expect(adoption?.changes.wmClass).toBeUndefined();
    expect(adoption?.changes.environment).toMatchObject({ PATH: '/x' });
    expect(adoption?.changes.environment).not.toHaveProperty('A');
    expect(adoption?.changes.arguments).toEqual(['--x=%u; rm -rf ~']);
    expect(images).toMatchObject([{ leftAlone: null }]);
    const text = readFileSync(join(home.places.data, 'applications', entriesOf(home)[0] as string), 'utf8');
    expect(text).toContain('--x=%%u; rm -rf ~');
    expect(text.split('\n').filter((line) => line.startsWith('Exec=rm'))).toEqual([]);
  });

  test.each([
    ['FOO=a b IMAGE --open --fast %U', 'env FOO=a b IMAGE --open --fast %U', { arguments: ['--fast'] }],
    ['a wrapper', 'mangohud --dlsym "IMAGE" --open %U', {}],
  ])(
    'reads a command line that forgets quotes, or has a wrapper that nobody knows: %s',
    async (_what, exec, changes) => {
      const { tools, adopt, image } = makeForeignHome();
      const path = await image('My Probe.appimage');
      tools.gearLever(path, { Exec: exec.replace('IMAGE', path) });
      const [adoption] = (await adopt()).adopted;
      expect(adoption?.changes).toMatchObject(changes);
      expect(adoption?.changes.arguments).toEqual('arguments' in changes ? changes.arguments : undefined);
    },
  );

  test('shows what was kept in the new entry', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image('probe.AppImage');
    const changes = { Name: 'My Probe', Exec: `env X=1 ${path} --open --no-sandbox %U` };
    tools.libappimage(path, { changes });
    await adopt();
    const text = readFileSync(join(home.places.data, 'applications', entriesOf(home)[0] as string), 'utf8');
    expect(text).toContain('\nName=My Probe\n');
    expect(text).toMatch(/\nExec=.*X=1.*--no-sandbox.* %U\n/);
  });

  test('goes on where the override can not be read, and says so', async () => {
    const { home, tools, adopt, options, image } = makeForeignHome();
    tools.libappimage(await image(), { changes: { Name: 'Mine' } });
    const { planned } = await planAdoption(options);
    const folder = join(home.places.config, 'appimage', 'overrides');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${planned.plan.images[0]?.id}.json`), 'damaged');
    const { adopted, remarks } = await adopt();
    expect({ adopted, remarks }).toMatchObject({
      adopted: [{}],
      remarks: expect.arrayContaining([expect.stringContaining('override')]),
    });
  });

  test('keeps an icon that the user has chosen', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const icon = join(home.folder, 'my icon.png');
    writeFileSync(icon, 'x');
    tools.gearLever(await image('probe.appimage'), { Icon: icon });
    expect((await adopt()).adopted).toMatchObject([{ changes: { icon } }]);
    expect(existsSync(icon)).toBe(true);
  });

  test('lets an override of the user win', async () => {
    const { home, tools, adopt, options, image } = makeForeignHome();
    const path = await image();
    tools.libappimage(path, { changes: { Name: 'Foreign' } });
    const { planned } = await planAdoption(options);
    const override = join(home.places.config, 'appimage', 'overrides', `${planned.plan.images[0]?.id}.json`);
    mkdirSync(dirname(override), { recursive: true });
    writeFileSync(override, '{"version": 1, "name": "Mine"}');
    await adopt();
    expect(overridesOf(home)).toEqual([{ version: 1, name: 'Mine' }]);
  });

  test('takes the entries of several tools for one image at once', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image();
    tools.libappimage(path);
    tools.script(path);
    tools.timer(path);
    expect((await adopt()).adopted).toHaveLength(3);
    expect(entriesOf(home)).toHaveLength(1);
  });

  test('of an image that is shown as ours already leaves one entry', async () => {
    const home = makeHome();
    const path = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
    await home.sync();
    const { entry } = foreignTools(home).launcher(path);
    const before = entriesOf(home);
    await adoptForeign(home.options);
    expect(existsSync(entry)).toBe(false);
    expect(entriesOf(home)).toEqual(before.filter((name) => !entry.endsWith(name)));
  });

  test.each([
    ['is no AppImage', async (path: string) => writeFileSync(path, 'no image', { mode: 0o755 })],
    ['may not be executed', async (path: string) => run('chmod', ['-x', path])],
    [
      'does not want to be integrated',
      (path: string) =>
        writeAppImage(
          path,
          probeTree({
            entry: probeEntry('1').replace('Name=Probe\n', 'Name=Probe\nX-AppImage-Integrate=false\n'),
          }),
        ),
    ],
  ])('leaves the entry where the image %s', async (_what, spoil) => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image();
    const { entry } = tools.libappimage(path);
    await spoil(path);
    const before = snapshot(home.places.data);
    const { adopted, notAdopted } = await adopt();
    expect({ adopted, notAdopted }).toMatchObject({ adopted: [], notAdopted: [{ entry, reason: expect.any(String) }] });
    const after = new Set(snapshot(home.places.data));
    expect(before.filter((line) => !after.has(line))).toEqual([]);
  });

  test('for all users takes the entries that all users see, into the trash of the one who does it', async () => {
    const { home, image } = makeForeignHome();
    const path = await image();
    const { entry } = foreignTools(home).am(path);
    const places = { ...home.places, scope: 'system', home: null, cache: null, state: null } as const;
    const trash = findPlaces({ HOME: temporaryFolder() });
    const { adopted } = await adoptForeign({ ...home.options, places, trash });
    expect(adopted).toHaveLength(1);
    expect(existsSync(entry)).toBe(false);
    expect(existsSync(join(trash.data, 'Trash', 'files', 'Probe one.AppImage-AM.desktop'))).toBe(true);
  });

  test('says that a timer will write its entries again', async () => {
    const { tools, adopt, image } = makeForeignHome();
    tools.timer(await image('Cursor.AppImage'));
    expect((await adopt()).remarks).toEqual([expect.stringContaining('appimage-sync.timer')]);
  });

  test('leaves entries that all users see, and says so', async () => {
    const { home, adopt, image } = makeForeignHome();
    const shared = join(home.folder, 'shared', 'applications');
    mkdirSync(shared, { recursive: true });
    const path = await image('probe');
    writeFileSync(join(shared, 'probe-AM.desktop'), `[Desktop Entry]\nType=Application\nName=P\nExec=${path}\n`);
    expect((await adopt()).notAdopted).toMatchObject([{ reason: expect.stringContaining('all users') }]);
    expect(readdirSync(shared)).toHaveLength(1);
  });

  test('is planned without a change', async () => {
    const { home, tools, options, image } = makeForeignHome();
    tools.libappimage(await image(), { changes: { Name: 'Mine' } });
    const before = snapshot(home.folder);
    const { adoptions, planned } = await planAdoption(options);
    expect(adoptions).toMatchObject([{ changes: { name: 'Mine' } }]);
    expect(planned.plan.writes.length).toBeGreaterThan(0);
    expect(snapshot(home.folder)).toEqual(before);
  });
});

describe('defaults of the user', () => {
  test('that named a foreign entry name ours, and are given up with it', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image();
    const { entry } = tools.libappimage(path);
    const id = entry.slice(entry.lastIndexOf('/') + 1);
    const list = join(home.places.config, 'mimeapps.list');
    const text = (first: string, schemes: string) =>
      `# mine\n[Default Applications]\n${schemes}text/plain=${first}ed.desktop;\n\n[Added Associations]\nimage/png=view.desktop;${first}\n`;
    mkdirSync(home.places.config, { recursive: true });
    const schemes = (name: string) => `x-scheme-handler/probing=${name}\nx-scheme-handler/unnamed=${name}\n`;
    writeFileSync(list, text(`${id};`, schemes(id)));
    await adopt();
    const own = String(entriesOf(home)[0]);
    expect(readFileSync(list, 'utf8')).toBe(text(`${own};`, schemes(own)));
    await writeAppImage(path, probeTree({ version: '2.0' }));
    await home.sync();
    expect(readFileSync(list, 'utf8')).toBe(text(`${own};`, schemes(own)));
    rmSync(path);
    await home.sync();
    expect(readFileSync(list, 'utf8')).toBe(
      `# mine\n[Default Applications]\ntext/plain=ed.desktop;\n\n[Added Associations]\nimage/png=view.desktop;${own};\n`,
    );
  });
});

describe('cleaning', () => {
  test('moves what belongs to images that are gone to the trash, and nothing else', async () => {
    const { home, tools, image } = makeForeignHome();
    const live = tools.libappimage(await image());
    const away = tools.timer('/media/nobody/stick/Cursor.AppImage');
    const gone = [tools.goAppimaged(join(home.folder, 'a.AppImage')), tools.pool(join(home.folder, 'b.AppImage'))];
    const orphan = tools.script(join(home.folder, 'c.AppImage'));
    rmSync(orphan.entry);
    const mine = join(home.places.data, 'applications', 'mine.desktop');
    writeFileSync(mine, `[Desktop Entry]\nType=Application\nName=Mine\nExec=${home.folder}/no.AppImage\n`);
    const doomed = [...gone.flatMap(({ entry, files }) => [entry, ...files]), ...orphan.files].sort();
    const before = snapshot(home.folder);
    expect((await planCleaning(home.places)).sort()).toEqual(doomed);
    expect(snapshot(home.folder)).toEqual(before);
    const { trashed, remarks } = await cleanForeign(home.places);
    expect({ trashed: [...trashed].sort(), remarks }).toEqual({ trashed: doomed, remarks: [] });
    for (const file of [live.entry, ...live.files, away.entry, mine]) expect(existsSync(file)).toBe(true);
    expect(await planCleaning(home.places)).toEqual([]);
    expect(readdirSync(join(home.places.data, 'Trash', 'info'))).toHaveLength(doomed.length);
  });
});

describeWith(['desktop-file-validate', 'update-desktop-database', 'xdg-mime', 'gio'], 'for the desktop', () => {
  testWith(['update-mime-database'], 'links and files go on opening with the application', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const { entry } = tools.launcher(await image('Probe.AppImage'));
    const id = entry.slice(entry.lastIndexOf('/') + 1);
    mkdirSync(home.places.config, { recursive: true });
    writeFileSync(
      join(home.places.config, 'mimeapps.list'),
      `[Default Applications]\nx-scheme-handler/probing=${id}\napplication/x-probe=${id}\n`,
    );
    run('update-desktop-database', [join(home.places.data, 'applications')]);
    const env = ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`];
    const query = (type: string) => run('env', [...env, 'xdg-mime', 'query', 'default', type]).trim();
    expect([query('x-scheme-handler/probing'), query('application/x-probe')]).toEqual([id, id]);
    const { caches } = await adopt();
    expect(caches.filter(({ state }) => state === 'failed')).toEqual([]);
    const [own] = entriesOf(home);
    expect([query('x-scheme-handler/probing'), query('application/x-probe')]).toEqual([own, own]);
    const associations = run('env', [...env, 'gio', 'mime', 'application/x-probe']);
    expect(associations).toContain(own);
    expect(associations).not.toContain(id);
    expect(run('desktop-file-validate', [join(home.places.data, 'applications', own as string)])).toBe('');
  });
});
