import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import type { ImageType } from '../../src/build-options.ts';
import { readDesktopFile } from '../../src/inspect/desktop-file.ts';
import { findEntryPoint } from '../../src/inspect/entry-point.ts';
import { LocalFiles } from '../../src/inspect/local-file.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { elfProgram } from '../fake-runtime.ts';
import { DESKTOP_ENTRY, makeAppDir, PROGRAM, type TreeEntry } from '../make-tree.ts';

async function find(changes: Record<string, TreeEntry | undefined>, type: ImageType = 'type-2') {
  const appDir = await readAppDir(makeAppDir(temporaryFolder(), changes));
  const files = new LocalFiles(appDir);
  return findEntryPoint(appDir, { desktopFile: readDesktopFile(appDir, files), files, type });
}

const withExec = (exec: string) => ({ 'hello.desktop': DESKTOP_ENTRY.replace('hello %U', exec) });

describe('findEntryPoint', () => {
  test('takes the AppRun that is there', async () => {
    await expect(find({ AppRun: PROGRAM })).resolves.toEqual({
      kind: 'app-run',
      path: 'AppRun',
      executable: true,
      others: [],
      unreadHooks: [],
    });
    await expect(find({ AppRun: { link: 'usr/bin/hello' } })).resolves.toMatchObject({ path: 'usr/bin/hello' });
    await expect(find({ AppRun: elfProgram(62) })).resolves.toMatchObject({ kind: 'app-run', executable: false });
  });

  test('takes those for one architecture each in a shImg, and makes nothing of them in type 2', async () => {
    const changes = { 'AppRun.aarch64': elfProgram(183), 'AppRun.x86_64': elfProgram(62) };
    await expect(find(changes, 'shimg')).resolves.toEqual({
      kind: 'app-run',
      path: 'AppRun.x86_64',
      executable: false,
      unreadHooks: [],
      others: [{ path: 'AppRun.aarch64', executable: false }],
    });
    await expect(find(changes)).resolves.toMatchObject({ kind: 'exec' });
  });

  test.each<[string, string, readonly (readonly string[])[]]>([
    ['hello %U', 'usr/bin/hello', []],
    ['usr/bin/hello --flag "two words" %f', 'usr/bin/hello', [['--flag'], ['two words']]],
    ['/usr/bin/hello %i 100%%', 'usr/bin/hello', [['--icon'], ['hello'], ['100', '%']]],
    ['"my tool" %c', 'opt/tool', [['Hello World']]],
  ])('finds the program of Exec=%s', async (exec, path, before) => {
    const entryPoint = await find({ ...withExec(exec), 'bin/my tool': { link: '../opt/tool' }, 'opt/tool': PROGRAM });
    expect(entryPoint).toMatchObject({ kind: 'exec', program: { path, executable: true }, command: { before } });
  });

  test('calls a program by the name that Exec has, also when that is a symlink', async () => {
    await expect(find({ ...withExec('tool'), 'usr/bin/tool': { link: 'hello' } })).resolves.toMatchObject({
      program: { calledAs: 'usr/bin/tool', path: 'usr/bin/hello' },
    });
    await expect(find(withExec('/usr/bin/hello'))).resolves.toMatchObject({ program: { calledAs: 'usr/bin/hello' } });
  });

  test('lets an Exec begin with env or sh, which every system has', async () => {
    await expect(find(withExec('env LANG=C hello %F'))).resolves.toMatchObject({
      program: { command: 'env' },
      command: { before: [['LANG=C'], ['hello']] },
    });
    await expect(find(withExec('/bin/sh -c hello'))).resolves.toMatchObject({ program: { command: 'sh' } });
  });

  test('takes AppRun.wrapped where there is no AppRun, with the hooks beside it', async () => {
    const entryPoint = await find({
      'AppRun.wrapped': { link: 'usr/bin/hello' },
      'apprun-hooks/b.sh': '#! /usr/bin/env bash\nexport B=1 C="x export D=2"\nE=3; export E\n# export F\n',
      'apprun-hooks/a.sh': 'if true; then export A; fi\nexport G=$(echo H=1) I\n',
      'apprun-hooks/folder/c.sh': 'export X=1\n',
      'apprun-hooks/.hidden': 'export Y=1\n',
    });
    expect(entryPoint).toMatchObject({
      program: { calledAs: 'AppRun.wrapped', path: 'usr/bin/hello' },
      command: { before: [], after: [] },
      hooks: {
        scripts: ['apprun-hooks/a.sh', 'apprun-hooks/b.sh'],
        variables: ['A', 'B', 'C', 'E', 'G', 'I'],
        needBash: true,
      },
    });
  });

  test('tells which directories belong into the environment', async () => {
    await expect(find({ 'usr/share/x': 'x', bin: { link: 'usr/bin' } })).resolves.toMatchObject({
      path: ['usr/bin', 'bin'],
      hasSharedData: true,
    });
  });

  test.each<[string, RegExp, Record<string, TreeEntry | undefined>]>([
    [
      'neither AppRun nor Exec',
      /must have an AppRun, or hello\.desktop the key Exec/,
      { 'hello.desktop': '[Desktop Entry]\nName=x\nIcon=hello\n' },
    ],
    ['a program that is not there', /found no "?firefox"? in usr\/bin.*; add it, or an AppRun/, withExec('firefox')],
    ['a program that is a directory', /found no/, { 'usr/bin/hello': null }],
    ['an Exec that is empty', /must be a command line: it must name a program, found nothing$/, withExec('')],
    ['an Exec with a NUL', /must have no NUL/, withExec('hello a\0b')],
    ['an Exec with an open quote', /quotes must be closed/, withExec('"hello')],
    ['an Exec with a field code that does not exist', /field code must be one of/, withExec('hello %z')],
    ['an AppRun that is broken', /AppRun must be a file/, { AppRun: { link: 'nothing' } }],
    ['an AppRun that leads out of the AppDir', /AppRun must be a file/, { AppRun: { link: '/bin/sh' } }],
    ['an AppRun that no kernel can run', /an ELF program or a script that begins with #!/, { AppRun: 'echo hello\n' }],
    ['an empty AppRun', /an ELF program or a script/, { AppRun: '' }],
  ])('refuses %s', async (_, message, changes) => {
    await expect(find(changes)).rejects.toMatchObject({ code: 'malformed', message: expect.stringMatching(message) });
  });
});
