import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getString, parseDesktopEntry, serializeDesktopEntry } from '@appimage-js/format';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { planAppImage } from '../../src/index.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { editDesktopEntry } from '../../src/plan/edit-desktop-entry.ts';
import { makeAppDir, PROGRAM } from '../make-tree.ts';
import { preparedBuild } from '../prepared-build.ts';

const FACTS = { name: 'Hello', version: '1.2', architecture: 'x86_64' };
const HEAD = '[Desktop Entry]\nType=Application\nName=Hello\nIcon=hello\nCategories=Utility;\n';

async function edit(text: string, facts = FACTS) {
  const appDir = await readAppDir(
    makeAppDir(temporaryFolder(), {
      'usr/bin/tool': PROGRAM,
      'bin/tool': PROGRAM,
      'opt/tool': PROGRAM,
      'bin/my tool': PROGRAM,
    }),
  );
  return editDesktopEntry(parseDesktopEntry(text), appDir, facts);
}

describe('the desktop entry of an image', () => {
  testWith(['desktop-file-validate'], 'says name, version and architecture, and is still valid', async () => {
    const { entry, changes } = await edit(`${HEAD}Exec=/usr/bin/hello %U\nTryExec=/usr/bin/hello\n`);
    expect(changes).toEqual([
      'X-AppImage-Name=Hello',
      'X-AppImage-Version=1.2',
      'X-AppImage-Arch=x86_64',
      'Exec=hello %U',
      'TryExec=hello',
    ]);
    const file = join(temporaryFolder(), 'hello.desktop');
    writeFileSync(file, serializeDesktopEntry(entry));
    run('desktop-file-validate', [file]);
    expect(readFileSync(file, 'utf8')).toContain('X-AppImage-Version=1.2\n');
  });

  test('keeps a name that is there, and records the version and architecture that are built', async () => {
    const old = `${HEAD}X-AppImage-Name=Mine\nX-AppImage-Version=1\nX-AppImage-Arch=aarch64\n`;
    const { entry } = await edit(old);
    expect(['Name', 'Version', 'Arch'].map((key) => getString(entry, `X-AppImage-${key}`))).toEqual([
      'Mine',
      '1.2',
      'x86_64',
    ]);
  });

  test.each([
    ['/usr/bin/hello --flag %F', 'hello --flag %F'],
    ['"/usr/bin/hello" %F', 'hello %F'],
    ['/bin/hello', '/bin/hello'],
    ['/bin/tool', '/bin/tool'],
    ['/usr/bin/tool x', 'tool x'],
    ['/opt/tool', '/opt/tool'],
    ['/usr/bin/other', '/usr/bin/other'],
    ['hello %U', 'hello %U'],
    ['env /usr/bin/hello', 'env /usr/bin/hello'],
    ['/usr/bin/hello"x"', '/usr/bin/hello"x"'],
  ])('has %j as %j, since the name alone must lead to the same file', async (exec, expected) => {
    const { entry } = await edit(`${HEAD}Exec=${exec}\n`);
    expect(getString(entry, 'Exec')).toBe(expected);
  });

  test('has the commands of its actions relative, too', async () => {
    const { entry } = await edit(`${HEAD}Exec=hello\n\n[Desktop Action New]\nName=New\nExec=/usr/bin/hello --new\n`);
    expect(getString(entry, 'Exec', { group: 'Desktop Action New' })).toBe('hello --new');
  });

  test('is copied to the root where it is installed only, and planned with the reason', async () => {
    const source = 'usr/share/applications/hello.desktop';
    const { options } = preparedBuild({ 'hello.desktop': undefined, [source]: `${HEAD}Exec=hello\n` });
    const { additions, desktopEntry } = await planAppImage({ ...options, version: '3' });
    expect(desktopEntry).toBe('hello.desktop');
    expect(additions.find(({ path }) => path === 'hello.desktop')).toEqual({
      type: 'file',
      path: 'hello.desktop',
      mode: 0o644,
      text: `${HEAD}Exec=hello\nX-AppImage-Name=Hello\nX-AppImage-Version=3\nX-AppImage-Arch=x86_64\n`,
      reason: `copied from ${source}; X-AppImage-Name=Hello; X-AppImage-Version=3; X-AppImage-Arch=x86_64`,
    });
  });
});
