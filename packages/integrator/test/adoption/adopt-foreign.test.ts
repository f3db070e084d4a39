import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { adoptForeign, findForeign, findPlaces, planAdoption } from '../../src/index.ts';
import { entriesOf, makeForeignHome, overridesOf, trashOf } from '../support/foreign-home.ts';
import { type Changes, type ForeignTools, foreignTools } from '../support/foreign-tools.ts';
import { makeHome, snapshot } from '../support/home.ts';
import { probeEntry, probeTree, writeAppImage } from '../support/image.ts';

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
