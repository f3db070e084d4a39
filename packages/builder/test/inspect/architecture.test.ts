import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { ImageType } from '../../src/build-options.ts';
import { chooseArchitectures, findArchitectures } from '../../src/inspect/architecture.ts';
import { readDesktopFile } from '../../src/inspect/desktop-file.ts';
import { findEntryPoint } from '../../src/inspect/entry-point.ts';
import { LocalFiles } from '../../src/inspect/local-file.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { elfProgram } from '../fake-runtime.ts';
import { makeAppDir, PROGRAM, type TreeEntry } from '../make-tree.ts';

async function inspected(changes: Record<string, TreeEntry | undefined>, type: ImageType = 'type-2') {
  const appDir = await readAppDir(makeAppDir(temporaryFolder(), changes));
  const files = new LocalFiles(appDir);
  const entryPoint = findEntryPoint(appDir, { desktopFile: readDesktopFile(appDir, files), files, type });
  return { appDir, found: await findArchitectures(appDir, entryPoint, files) };
}

const X86_64 = elfProgram(62);
const AARCH64 = elfProgram(183);

describe('findArchitectures', () => {
  test.each<[string, Record<string, TreeEntry>, [string, string][]]>([
    ['AppRun', { AppRun: AARCH64 }, [['aarch64', 'AppRun']]],
    ['the program of Exec', { 'usr/bin/hello': X86_64 }, [['x86_64', 'usr/bin/hello']]],
    ['programs beside it', { 'usr/bin/other': X86_64 }, [['x86_64', 'usr/bin/other']]],
    ['libraries, if all programs are scripts', { 'usr/lib/libx.so.1': AARCH64 }, [['aarch64', 'usr/lib/libx.so.1']]],
    [
      'programs elsewhere, if all others are scripts',
      { 'opt/x': { mode: 0o755, text: Buffer.from(X86_64).toString('latin1') } },
      [['x86_64', 'opt/x']],
    ],
    ['nothing where everything is a script', {}, []],
    [
      'programs before libraries',
      { 'usr/bin/hello': X86_64, 'usr/lib32/libx.so': AARCH64 },
      [['x86_64', 'usr/bin/hello']],
    ],
  ])('looks at %s', async (_, changes, found) => {
    expect([...(await inspected(changes)).found]).toEqual(found);
  });
});

describe('chooseArchitectures', () => {
  test('takes several for a shImg: those that have an AppRun, or those of all programs', async () => {
    const several = await inspected({ 'AppRun.x86_64': X86_64, 'AppRun.aarch64': AARCH64 }, 'shimg');
    expect(chooseArchitectures(several.appDir, { ...several, type: 'shimg', wanted: undefined })).toEqual([
      'x86_64',
      'aarch64',
    ]);
    const programs = await inspected({ 'usr/bin/a': AARCH64, 'usr/bin/b': X86_64 }, 'shimg');
    expect(chooseArchitectures(programs.appDir, { ...programs, type: 'shimg', wanted: undefined })).toEqual([
      'aarch64',
      'x86_64',
    ]);
  });

  test('takes one only for type 2', async () => {
    const { appDir, found } = await inspected({});
    const wanted = ['x86_64', 'aarch64'];
    expect(() => chooseArchitectures(appDir, { found, type: 'type-2', wanted })).toThrow(RangeError);
    expect(chooseArchitectures(appDir, { found, type: 'shimg', wanted: [...wanted, 'x86_64'] })).toEqual(wanted);
  });

  test('takes the only one there is', async () => {
    const { appDir, found } = await inspected({ 'usr/bin/hello': AARCH64 });
    expect(chooseArchitectures(appDir, { found, type: 'type-2', wanted: undefined })).toEqual(['aarch64']);
  });

  test('takes what was asked for, whatever is there', async () => {
    const { appDir, found } = await inspected({ 'usr/bin/hello': AARCH64 });
    expect(chooseArchitectures(appDir, { found, type: 'type-2', wanted: 'x86_64' })).toEqual(['x86_64']);
  });

  test('asks when programs contradict each other, and names them', async () => {
    const { appDir, found } = await inspected({ AppRun: X86_64, 'usr/bin/hello': PROGRAM, 'usr/bin/arm': AARCH64 });
    expect(() => chooseArchitectures(appDir, { found, type: 'type-2', wanted: undefined })).toThrow(
      expect.objectContaining({
        code: 'malformed',
        message: expect.stringContaining(
          'found programs for aarch64 (usr/bin/arm) and x86_64 (AppRun); name the architecture (arch, on the command line --arch)',
        ),
      }),
    );
  });

  test('asks when there is none', async () => {
    const { appDir, found } = await inspected({});
    expect(() => chooseArchitectures(appDir, { found, type: 'type-2', wanted: undefined })).toThrow(
      /found no ELF program or library; name the architecture \(arch, on the command line --arch\)/,
    );
  });
});
