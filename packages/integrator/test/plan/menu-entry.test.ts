import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getActions, getString, parseDesktopEntry, parseExec } from '@appimage-js/format';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { menuEntry } from '../../src/plan/menu-entry.ts';
import { probeEntry } from '../support/image.ts';

function make(text: string, path = '/home/u/A B.AppImage', suffix: string | null = null): string {
  const entry = parseDesktopEntry(text);
  return menuEntry({
    entry,
    path,
    id: 'abc',
    icon: 'appimage-js-abc',
    suffix,
    launch: 'self',
    launcher: '/home/u/.local/share/appimage/integration/launch',
    command: ['appimage'],
    canUpdate: true,
    portable: [],
    override: {},
  });
}

describe('menuEntry', () => {
  test('keeps translations, points every command line at the file, and adds our actions', () => {
    const text = make(probeEntry('1.0'));
    expect(text).toContain('\nName[de]=Sonde\n');
    expect(text).toContain('\nStartupWMClass=probe-window\n');
    expect(text).not.toContain('DBusActivatable');
    const entry = parseDesktopEntry(text);
    expect(parseExec(getString(entry, 'Exec') ?? '')).toEqual(['/home/u/A B.AppImage', '--open', '%U']);
    const actions = getActions(entry, { locale: 'de' });
    expect(actions.map(({ id, name }) => [id, name])).toEqual([
      ['fresh', 'Neu beginnen'],
      ['AppImageJsUpdate', 'Aktualisieren'],
      ['AppImageJsSandbox', 'In Sandbox starten'],
      ['AppImageJsRemove', 'In den Papierkorb verschieben'],
    ]);
    expect(parseExec(actions[0]?.exec ?? '')).toEqual(['/home/u/A B.AppImage', '--fresh']);
  });

  test('starts the sandbox of an application for terminals in the terminal', () => {
    const exec = (text: string) =>
      getActions(parseDesktopEntry(make(text))).find(({ id }) => id === 'AppImageJsSandbox')?.exec;
    const entry = '[Desktop Entry]\nType=Application\nName=A\nExec=a\n';
    expect(exec(`${entry}Terminal=true\n`)).toContain('/launch --terminal abc appimage run --sandbox');
    expect(exec(entry)).toContain('/launch abc appimage run --sandbox');
  });

  test.each([
    ['env GTK=1 probe --x %f', ['--x', '%f']],
    ['/usr/bin/env probe', []],
    ['sh -c "rm -rf $HOME; echo %F"', ['-c', 'rm -rf $HOME; echo ']],
    ['probe %F %U', ['%F']],
    ['probe %d %m 50%% %z', ['50%%', '%%z']],
    ['probe "unclosed', []],
  ])('makes arguments of the file of %j', (exec, expected) => {
    const text = make(`[Desktop Entry]\nType=Application\nName=A\nExec=${exec.replaceAll('\\', '\\\\')}\n`);
    expect(parseExec(getString(parseDesktopEntry(text), 'Exec') ?? '').slice(1)).toEqual(expected);
  });

  test.each([
    '/a/100% of it.AppImage',
    '/a/"quoted" `tick` $HOME.AppImage',
    "/a/back\\slash 'x'.AppImage",
    '/a/ümlaut;semi&.AppImage',
  ])('quotes the path %j so that it reads back', (path) => {
    const exec = getString(parseDesktopEntry(make(probeEntry('1'), path)), 'Exec') ?? '';
    expect(parseExec(exec).at(-3)?.replaceAll('%%', '%')).toBe(path);
  });

  test.each([
    ['a second line of a name', 'Name[fr]=a\\nExec=evil\n', '\nExec=evil'],
    ['a control character', 'Comment=a\u0007b\n', '\u0007'],
    ['a group of another kind', '\n[Other Group]\nExec=evil\n', 'evil'],
    ['a key with strange letters', 'Ex_ec=evil\n', 'evil'],
    ['a working folder', 'Path=/evil\n', 'evil'],
  ])('leaves out %s', (_, line, found) => {
    expect(make(`[Desktop Entry]\nType=Application\nName=../../A/B\n${line}`)).not.toContain(found);
  });

  test('lets no image put its own command line behind one of our actions', () => {
    const text = make(
      '[Desktop Entry]\nType=Application\nName=A\nExec=a\nActions=AppImageJsRemove;\n[Desktop Action AppImageJsRemove]\nName=Update\nExec=a --evil\n',
    );
    expect(text).not.toContain('evil');
    expect(text.match(/^\[Desktop Action AppImageJsRemove\]$/gm)).toHaveLength(1);
  });

  test.each([
    ['that turns what comes after it around', '1\u202E2', 'Name=Sonde (12)'],
    ['with control characters', '1\u001b[2J\n2', 'Name=Sonde (1 [2J 2)'],
    ['without an end', '1'.repeat(5000), `Name=Sonde (${'1'.repeat(64)})`],
  ])('puts a version %s behind the name as it can be shown', (_, version, expected) => {
    const text = make(probeEntry('1').replace('Name=Probe', 'Name=Sonde'), undefined, version);
    expect(text.split('\n')).toContain(expected);
  });

  testWith(['desktop-file-validate'], 'is valid where that of the image was not', () => {
    const text = make(
      '[Desktop Entry]\nEncoding=UTF-8\nType=Application\nName=A\nName=B\nTerminal=false\nExec=a %d %U %F\nCategories=Audio;Nonsense;\nActions=gone;x y;\nMimeType=nonsense;text/plain\n',
    );
    const path = join(temporaryFolder(), 'a.desktop');
    writeFileSync(path, text);
    expect(run('desktop-file-validate', ['--no-hints', path])).toBe('');
  });
});
