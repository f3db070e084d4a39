import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseDesktopEntry } from '@appimage-js/format';
import { describeWith, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { picturePng } from '@appimage-js/testing/pictures';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { type Home, makeHome, snapshot } from '../support/home.ts';
import { svg, type Tree, writeAppImage } from '../support/image.ts';

async function integrate(
  tree: Tree,
): Promise<{ home: Home; entry: string | undefined; path: string; remarks: readonly string[] }> {
  const home = makeHome();
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), { AppRun: '', ...tree });
  const { written, remarks } = await home.sync();
  const path = written.find((each) => each.endsWith('.desktop')) ?? '';
  const entry = path === '' ? undefined : readFileSync(path, 'utf8');
  expect(written.every((each) => each.startsWith(home.folder))).toBe(true);
  expect(file.startsWith(home.folder)).toBe(true);
  return { home, entry, path, remarks };
}

const base = '[Desktop Entry]\nType=Application\nExec=p\nIcon=p\n';

describeWith(['desktop-file-validate'], 'hostile entries', () => {
  test.each<[string, string, (entry: string) => void]>([
    [
      'a name over several lines',
      `${base}Name=a\\nExec=evil\\n[Desktop Action x]\n`,
      (entry) => expect(entry).toMatch(/^Name=a Exec=evil \[Desktop Action x\]$/m),
    ],
    [
      'a name with control characters',
      `${base}Name=a\u001b[31m\u0007b\n`,
      (entry) => expect(entry).toMatch(/^Name=a \[31m b$/m),
    ],
    [
      'a name that is written from right to left',
      `${base}Name=evil\u202Egpj.exe\u2066\n`,
      (entry) => expect(entry).toMatch(/^Name=evilgpj\.exe$/m),
    ],
    [
      'a name that is a path',
      `${base}Name=../../../../etc/cron.d/x\n`,
      (entry) => expect(entry).toContain('\nName=../../../../etc/cron.d/x\n'),
    ],
    [
      'a command line with a shell in it',
      `[Desktop Entry]\nType=Application\nName=a\nIcon=p\nExec=p "\\$(touch /tmp/x)" ; sh -c evil & %u\n`,
      (entry) => expect(entry).toMatch(/^Exec=\S+a\.AppImage "\\\\\$\(touch \/tmp\/x\)" ";" sh -c evil "&" %u$/m),
    ],
    [
      'a command line over several lines',
      `${base.replace('Exec=p', 'Exec=p a\\nExec=evil')}Name=a\n`,
      (entry) => expect(entry.match(/^Exec=/gm)).toHaveLength(3),
    ],
    [
      'keys that run something',
      `${base}Name=a\nTryExec=/bin/evil\nPath=/etc\nDBusActivatable=true\nX-KDE-SubstituteUID=true\nURL=file:///etc/passwd\nOnShowIn=x\n`,
      (entry) => expect(entry).not.toMatch(/evil|^Path|DBus|Substitute|URL/m),
    ],
    [
      'an icon that is a path',
      `${base.replace('Icon=p', 'Icon=../../../../../etc/passwd')}Name=a\n`,
      (entry) => expect(entry).toContain('\nIcon=application-x-executable\n'),
    ],
    [
      'types and actions that are none',
      `${base}Name=a\nMimeType=text/plain;*;../x;a b/c;x-scheme-handler/../x;\nActions=../x;b;\n\n[Desktop Action ../x]\nName=x\nExec=evil\n`,
      (entry) => expect(entry).toMatch(/^MimeType=text\/plain;$/m),
    ],
    [
      'a second group of the same name',
      `${base}Name=a\n\n[Desktop Entry]\nExec=evil\nName=b\n`,
      (entry) => expect(entry).not.toContain('evil'),
    ],
    [
      'a name of a megabyte',
      `${base}Name=${'x'.repeat(900_000)}\n`,
      (entry) => expect(entry.length).toBeLessThan(20_000),
    ],
  ])('%s comes to be a valid one', async (_, text, check) => {
    const { entry = '', path } = await integrate({ 'p.desktop': text });
    expect(run('desktop-file-validate', [path])).toBe('');
    expect(parseDesktopEntry(entry).groups[0]?.name).toBe('Desktop Entry');
    check(entry);
  });

  test('random ones come to be valid ones, or none', { timeout: 300_000 }, async () => {
    const random = seededRandom(5);
    const parts = [
      '\\n',
      '\\',
      '%',
      '%f',
      '%%',
      '"',
      "'",
      '`',
      '$(x)',
      ';',
      '=',
      '[',
      ']',
      '\u0000',
      '\u001b',
      '\u202e',
      '\ud83d\ude00',
      'é',
      ' ',
      '\t',
      '#',
      'a',
      '/',
      '..',
      '\r',
      '\n',
    ];
    const text = () =>
      Array.from({ length: 1 + random() * 12 }, () => parts[Math.floor(random() * parts.length)]).join('');
    const home = makeHome();
    for (let index = 0; index < 60; index++) {
      const keys = [
        'Name',
        'Name[de]',
        'Comment',
        'Exec',
        'Icon',
        'Categories',
        'MimeType',
        'Keywords',
        'StartupWMClass',
        'Actions',
        'Terminal',
        'OnlyShowIn',
      ];
      const lines = keys.filter(() => random() < 0.6).map((key) => `${key}=${text()}`);
      const entry = `[Desktop Entry]\nType=Application\nName=P${index}\nExec=p\n${lines.join('\n')}\n\n[Desktop Action a]\nName=${text()}\nExec=p ${text()}\n`;
      await writeAppImage(join(home.applications, `${index}.AppImage`), { AppRun: '', 'p.desktop': entry });
    }
    await home.sync();
    const folder = join(home.places.data, 'applications');
    const entries = readdirSync(folder).filter((name) => name.endsWith('.desktop'));
    expect(entries.length).toBeGreaterThan(10);
    for (const name of entries) {
      const found = run('sh', ['-c', 'desktop-file-validate "$1" || true', 'sh', join(folder, name)]);
      expect(found.split('\n').filter((line) => line.includes(': error:'))).toEqual([]);
    }
    for (const name of readdirSync(home.applications)) rmSync(join(home.applications, name));
    await home.sync();
    expect(snapshot(home.folder)).toEqual(['Applications/']);
  });
});

describe('icons that are none', () => {
  const entry = `${base}Name=a\n`;
  const entities = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at + 1} "${`&a${at === 0 ? '' : at};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&a9;</text></svg>`;
  const external =
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>';
  test.each<[string, string, string | Uint8Array]>([
    [
      'a PNG that says that it is of 30,000 times 30,000 pixels',
      'p.png',
      picturePng(64, 64, [1, 2, 3, 255], { claimed: 30_000 }),
    ],
    ['an SVG of a billion letters', 'p.svg', entities],
    ['an SVG that shows a file of the system', 'p.svg', external],
    ['an SVG that unpacks to a gigabyte', 'p.svgz', gzipSync(Buffer.alloc(1_000_000_000, ' '))],
    ['a script', 'p.png', '#!/bin/sh\nevil\n'],
    ['a script with the name of an SVG', 'p.svg', '#!/bin/sh\nevil\n'],
    ['an SVG of very many elements in each other', 'p.svg', svg(`${'<g>'.repeat(100_000)}${'</g>'.repeat(100_000)}`)],
  ])('are left out and told: %s', async (_, name, content) => {
    const { home, entry: written, remarks } = await integrate({ 'p.desktop': entry, [name]: content });
    expect(written).toContain('\nIcon=application-x-executable\n');
    expect(remarks.length).toBeGreaterThan(0);
    const files = readdirSync(home.places.data, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.(?:png|svg)$/.test(file))).toEqual([]);
  });

  testWith(['xmllint'], 'but of a picture with a script only the picture is taken', async () => {
    const evil = '<script>alert(1)</script><image href="http://evil/x.png"/><circle r="4" onclick="evil()"/>';
    const { home } = await integrate({ 'p.desktop': entry, 'p.svg': svg(evil) });
    const [icon = ''] = readdirSync(home.places.data, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.svg'),
    );
    const text = readFileSync(join(home.places.data, icon), 'utf8');
    expect(text).not.toMatch(/script|evil|onclick/);
    expect(text).toContain('<circle');
    expect(run('xmllint', ['--noout', join(home.places.data, icon)])).toBe('');
  });
});

test('an image without an entry or without an icon, one that is cut off, and one that is random bytes, stop nobody', async () => {
  const home = makeHome();
  const whole = await writeAppImage(join(temporaryFolder(), 'whole'), {
    AppRun: '',
    'p.desktop': `${base}Name=whole\n`,
  });
  const bytes = readFileSync(whole);
  const random = seededRandom(3);
  writeFileSync(join(home.applications, 'whole.AppImage'), bytes, { mode: 0o755 });
  for (let index = 0; index < 40; index++) {
    const broken = Buffer.from(bytes.subarray(0, index % 2 === 0 ? Math.floor(random() * bytes.length) : bytes.length));
    for (let count = 0; count < 8; count++) broken[Math.floor(random() * broken.length)] = random() * 256;
    writeFileSync(join(home.applications, `${index}.AppImage`), broken, { mode: 0o755 });
  }
  await writeAppImage(join(home.applications, 'none.AppImage'), { AppRun: '' });
  const { images } = await home.sync();
  expect(images.find(({ path }) => path.endsWith('/whole.AppImage'))?.leftAlone).toBeNull();
  expect(images.find(({ path }) => path.endsWith('/none.AppImage'))?.leftAlone).toBe('it has no desktop entry');
});

test.each<[string, (text: string) => string | Uint8Array, string]>([
  ['svg', (text) => text, 'svg'],
  ['compressed', (text) => gzipSync(text), 'svgz'],
])(
  'of icons that would fill the memory and the disk, as many are taken as are bounded: %s',
  { timeout: 60_000 },
  async (_, pack, suffix) => {
    const tree: Record<string, string | Uint8Array> = { 'p.desktop': `${base}Name=A\n` };
    for (let count = 0; count < 12; count++) {
      const path = `usr/share/icons/hicolor/scalable/mimetypes/application-x-t${count}.${suffix}`;
      tree[path] = pack(svg(`<g id="t${count}"/>${' '.repeat(4_000_000)}`));
    }
    const { home, entry, remarks } = await integrate(tree);
    expect(entry).toContain('Name=A');
    const icons = readdirSync(join(home.places.data, 'icons', 'hicolor', 'scalable', 'mimetypes'));
    expect(icons).toHaveLength(8);
    expect(remarks.join()).toContain('33554432 bytes');
  },
);
