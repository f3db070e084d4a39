import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { HOST_PROGRAMS } from '../../src/app-run/host-programs.ts';
import { type BuildOptions, planAppImage } from '../../src/index.ts';
import { elfProgram, writeFakeRuntime } from '../fake-runtime.ts';
import { DESKTOP_ENTRY, hashTree, makeAppDir, PNG, PROGRAM, type TreeEntry } from '../make-tree.ts';
import { preparedType1 } from '../prepared-type-1.ts';

async function plan(changes: Record<string, TreeEntry | undefined> = {}, options: Partial<BuildOptions> = {}) {
  const folder = temporaryFolder();
  const appDir = makeAppDir(join(folder, 'App Dir'), changes);
  const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
  return planAppImage({ appDir, runtimeFile, arch: 'x86_64', output: join(folder, 'out.AppImage'), ...options });
}

describe('planAppImage', () => {
  test('refuses an output in the AppDir as the build does', async () => {
    const appDir = makeAppDir(join(temporaryFolder(), 'App Dir'));
    const output = join(appDir, 'usr/x.AppImage');
    const refusal = { code: 'not-permitted', message: expect.stringContaining('must lie outside of the AppDir') };
    await expect(plan({}, { appDir, output })).rejects.toMatchObject(refusal);
  });

  test.each<[string, Record<string, TreeEntry | undefined>, string, RegExp]>([
    [
      'with a carriage return',
      { AppRun: '#!/bin/sh\r\necho\r\n' },
      'AppRun',
      /^AppRun can not be started: its first line ends with a carriage return; /,
    ],
    [
      'of another program',
      { AppRun: '#! /opt/python/bin/python3 -s\n' },
      'AppRun',
      /needs \/opt\/python\/bin\/python3, /,
    ],
    ['in the target of Exec', { 'usr/bin/hello': '#!/usr/bin/perl' }, 'usr/bin/hello', /needs \/usr\/bin\/perl, /],
    ['in the target of AppRun', { AppRun: { link: 'start' }, start: '#!/usr/bin/perl\n' }, 'start', /needs/],
  ])('warns of an interpreter line %s', async (_, changes, path, message) => {
    const { warnings } = await plan(changes);
    expect(warnings.filter(({ code }) => code === 'interpreter-not-everywhere')).toEqual([
      { code: 'interpreter-not-everywhere', path, message: expect.stringMatching(message) },
    ]);
  });

  test.each(['#!/bin/sh\n', '#!/bin/bash -e\n', '#! /usr/bin/env python3\n', '#!/bin/sh'])(
    'warns of no interpreter line that works everywhere, such as %j',
    async (text) => {
      await expect(plan({ AppRun: { mode: 0o755, text } })).resolves.toMatchObject({ warnings: [] });
    },
  );

  test('refuses an MD5 digest that the runtime has no place for', async () => {
    await expect(plan({}, { digestMd5: true })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('found no .digest_md5'),
    });
  });

  test('refuses an MD5 digest for type 1', async () => {
    const { options } = preparedType1();
    await expect(planAppImage({ ...options, digestMd5: true })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('must be of type 2'),
    });
  });

  test('makes a value that JSON keeps, and writes nothing', async () => {
    const folder = temporaryFolder();
    const appDir = makeAppDir(join(folder, 'App Dir'));
    const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
    const before = hashTree(folder);
    const made = await planAppImage({ appDir, runtimeFile, arch: 'x86_64', output: join(folder, 'out.AppImage') });
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(hashTree(folder)).toBe(before);
  });

  test('has the defaults of the documentation', async () => {
    await expect(plan()).resolves.toMatchObject({
      name: 'Hello World',
      version: null,
      architecture: 'x86_64',
      desktopEntry: 'hello.desktop',
      icon: 'hello.png',
      madeExecutable: [],
      contents: { files: 3, directories: 3, symlinks: 0 },
      payload: {
        kind: 'squashfs',
        compression: 'zstd',
        level: 15,
        blockSize: 131_072,
        uid: 0,
        gid: 0,
        times: { kind: 'fixed', time: 315_532_800 },
      },
      updateInformation: null,
      mount: null,
      warnings: [],
    });
  });

  test('names the image after the application, its version and its architecture', async () => {
    const { output } = await plan({}, { output: undefined, version: '2.1' });
    expect(output.endsWith('/Hello_World-2.1-x86_64.AppImage')).toBe(true);
  });

  test('adds AppRun and .DirIcon where they are missing, and nothing where they are there', async () => {
    const { additions } = await plan();
    expect(additions).toEqual([
      expect.objectContaining({
        type: 'file',
        path: 'AppRun',
        mode: 0o755,
        text: expect.stringContaining('exec "$APPDIR"/usr/bin/hello "$@"'),
      }),
      expect.objectContaining({ type: 'file', path: 'apprun-host/appimage-host', mode: 0o755 }),
      ...HOST_PROGRAMS.map((name) =>
        expect.objectContaining({ type: 'symlink', path: `apprun-host/${name}`, target: 'appimage-host' }),
      ),
      expect.objectContaining({ type: 'symlink', path: '.DirIcon', target: 'hello.png' }),
    ]);
    await expect(plan({ AppRun: PROGRAM, '.DirIcon': PNG })).resolves.toMatchObject({ additions: [] });
  });

  test('puts an icon of the theme into the root', async () => {
    const themed = 'usr/share/icons/hicolor/256x256/apps/hello.png';
    const { additions } = await plan({ AppRun: PROGRAM, 'hello.png': undefined, [themed]: PNG });
    expect(additions).toMatchObject([
      { path: 'hello.png', target: themed },
      { path: '.DirIcon', target: themed },
    ]);
  });

  test('records a version in the desktop entry, where tools look for it, and keeps the rest of that file', async () => {
    const { additions, version } = await plan({ AppRun: PROGRAM, '.DirIcon': PNG }, { version: '1.2' });
    expect(version).toBe('1.2');
    expect(additions).toMatchObject([{ path: 'hello.desktop', text: `${DESKTOP_ENTRY}X-AppImage-Version=1.2\n` }]);
    const known = `${DESKTOP_ENTRY}X-AppImage-Version=3\n`;
    const again = await plan({ AppRun: PROGRAM, '.DirIcon': PNG, 'hello.desktop': known });
    expect([again.version, again.additions]).toEqual(['3', []]);
  });

  test('replaces a .DirIcon that leads nowhere, and says so', async () => {
    const { additions, warnings } = await plan({ AppRun: PROGRAM, '.DirIcon': { link: '/build/icon.png' } });
    expect(additions).toMatchObject([{ path: '.DirIcon', target: 'hello.png' }]);
    expect(warnings).toMatchObject([{ code: 'broken-dir-icon', path: '.DirIcon' }]);
  });

  test('makes what is started executable, and says so', async () => {
    const { madeExecutable, warnings } = await plan({ AppRun: '#!/bin/sh\n' });
    expect(madeExecutable).toEqual(['AppRun']);
    expect(warnings).toMatchObject([{ code: 'app-run-not-executable', path: 'AppRun' }]);
  });

  test('says what will not start where permissions are kept', async () => {
    const { madeExecutable, warnings } = await plan({ AppRun: '#!/bin/sh\n' }, { modes: 'keep' });
    expect(madeExecutable).toEqual([]);
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'app-run-not-executable', message: expect.stringContaining('will not start') }),
    ]);
    await expect(plan({}, { modes: 'other' as never })).rejects.toThrow(RangeError);
  });

  test('names the AppStream metadata under both of its names, in both places', async () => {
    for (const path of ['usr/share/metainfo/hello.metainfo.xml', 'usr/share/appdata/hello.appdata.xml']) {
      const { metainfo, warnings } = await plan({ AppRun: PROGRAM, [path]: '<component/>' });
      expect({ metainfo, warnings }).toEqual({ metainfo: path, warnings: [] });
    }
    await expect(plan({ 'usr/share/metainfo/hello.xml': '<component/>' })).resolves.toMatchObject({ metainfo: null });
    await expect(plan({ 'hello.appdata.xml': '<component/>' })).resolves.toMatchObject({
      metainfo: null,
      warnings: [{ code: 'metainfo-elsewhere', path: 'hello.appdata.xml' }],
    });
  });

  test('warns of hooks that AppRun does not read', async () => {
    const hook = { 'apprun-hooks/x.sh': 'export X=1\n' };
    await expect(plan({ AppRun: PROGRAM, ...hook })).resolves.toMatchObject({
      warnings: [{ code: 'hooks-not-read', path: 'apprun-hooks/x.sh' }],
    });
    const reads = { mode: 0o755, text: '#!/bin/sh\n. "$APPDIR"/apprun-hooks/x.sh\n' };
    await expect(plan({ AppRun: reads, ...hook })).resolves.toMatchObject({ warnings: [] });
    const { additions } = await plan(hook);
    expect(additions[0]).toMatchObject({
      path: 'AppRun',
      reason: expect.stringMatching(/; reads apprun-hooks\/x\.sh$/),
    });
  });

  test('warns of what is probably a mistake', async () => {
    const folder = temporaryFolder();
    const appDir = join(folder, 'app');
    makeAppDir(appDir, {
      'hello.desktop': `${DESKTOP_ENTRY}Name=Again\n`,
      'usr/bin/hello': elfProgram(183),
      'usr/bin/sandbox': { mode: 0o4755, text: '' },
      link: { link: join(appDir, 'usr/bin/hello') },
    });
    const { warnings } = await planAppImage({
      appDir,
      arch: 'x86_64',
      runtimeFile: writeFakeRuntime(join(folder, 'runtime')),
    });
    expect(warnings.map(({ code, path }) => [code, path])).toEqual([
      ['app-run-not-executable', 'usr/bin/hello'],
      ['architecture-differs', 'usr/bin/hello'],
      ['desktop-entry-problem', 'hello.desktop'],
      ['link-to-build-machine', 'link'],
      ['set-id-bits-dropped', 'usr/bin/sandbox'],
    ]);
  });

  test.each<[string, Partial<BuildOptions>]>([
    ['level', { level: 23 }],
    ['level', { compression: 'gzip', level: 10 }],
    ['compression', { compression: 'lzo' as 'gzip' }],
    ['compression', { compression: 'toString' as 'gzip' }],
    ['block size', { blockSize: 100_000 }],
    ['block size', { blockSize: 2_097_152 }],
    ['sourceDateEpoch', { sourceDateEpoch: -1 }],
    ['output', { output: '' }],
  ])('refuses an invalid %s', async (what, options) => {
    await expect(plan({}, options)).rejects.toThrow(RangeError);
    await expect(plan({}, options)).rejects.toThrow(what);
  });
});
