import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import { findTool, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { isOnEveryTarget } from '../../../../src/lint/data/host-libraries.ts';
import { type Finding, lintAppImage } from '../../../../src/lint/index.ts';
import { makeDynamicElf, makeProgram } from '../../make-dynamic-elf.ts';
import { type FixtureTree, lintFixture } from '../../rule-fixture.ts';

async function findings(tree: FixtureTree, ...rules: string[]): Promise<Finding[]> {
  const { findings: all } = await lintFixture(tree);
  return all.filter(({ rule }) => rules.includes(rule));
}

const program = (recipe: Parameters<typeof makeProgram>[0]) => ({ mode: 0o755, text: makeProgram(recipe) });

describe('a program with the libraries that ldd lists', () => {
  /** An AppDir with readelf's neighbour in binutils that needs libraries of its own, and all of them. */
  function makeAppDir() {
    const appDir = temporaryFolder();
    const objdump = findTool('objdump') as string;
    const libraries = [...run('ldd', [objdump]).matchAll(/=> (\/\S+)/g)].map(([, path]) => path as string);
    const own = libraries.filter((path) => !isOnEveryTarget(basename(path)));
    expect(own.length).toBeGreaterThan(1);
    mkdirSync(`${appDir}/usr/bin`, { recursive: true });
    mkdirSync(`${appDir}/usr/lib`);
    copyFileSync(objdump, `${appDir}/usr/bin/objdump`);
    for (const path of own) copyFileSync(path, `${appDir}/usr/lib/${basename(path)}`);
    return { appDir, own: own.map((path) => basename(path)) };
  }

  const missingIn = async (appDir: string) =>
    (await lintAppImage(appDir)).findings.filter(
      ({ rule }) => rule === 'library-missing' || rule === 'plugin-library-missing',
    );

  testWith(['ldd', 'objdump'], 'lacks none', async () => {
    expect(await missingIn(makeAppDir().appDir)).toEqual([]);
  });

  testWith(['ldd', 'objdump'], 'lacks the one that was taken away', async () => {
    const { appDir, own } = makeAppDir();
    for (const name of own) {
      renameSync(`${appDir}/usr/lib/${name}`, `${appDir}/kept`);
      const [found, ...others] = await missingIn(appDir);
      expect(others).toEqual([]);
      expect(found?.message).toContain(`found no ${name}`);
      renameSync(`${appDir}/kept`, `${appDir}/usr/lib/${name}`);
    }
  });
});

test("A library that is only in another architecture's folder is missing", async () => {
  const found = await findings(
    {
      'usr/bin/hello': program({ needed: ['libgreet.so.1'], runpath: '$ORIGIN/../lib' }),
      'usr/lib/libgreet.so.1': makeDynamicElf({ machine: 183, soname: 'libgreet.so.1' }),
    },
    'library-missing',
  );
  expect(found.map(({ path }) => path)).toEqual(['usr/bin/hello']);
});

test('Libraries of a program with a C library and loader of its own are all to be inside', async () => {
  const tree = {
    'usr/bin/hello': program({
      needed: ['libc.so.6', 'libX11.so.6', 'libgtk-3.so.0'],
      interpreter: 'lib/ld-linux-x86-64.so.2',
    }),
    'lib/ld-linux-x86-64.so.2': makeDynamicElf({ soname: 'ld-linux-x86-64.so.2' }),
    'lib/libc.so.6': makeDynamicElf({ soname: 'libc.so.6' }),
  };
  const [missing, ...others] = await findings(tree, 'library-missing', 'loader-missing', 'host-library-inside');
  expect(others).toEqual([]);
  expect(missing?.message).toContain('libgtk-3.so.0');
});

test('The plugin without which Qt shows nothing has to have its libraries, others may lack theirs', async () => {
  const found = await findings(
    {
      'usr/bin/hello': program({ needed: ['libQt6Gui.so.6'], runpath: '$ORIGIN/../lib' }),
      'usr/lib/libQt6Gui.so.6': makeDynamicElf({ soname: 'libQt6Gui.so.6' }),
      'usr/plugins/platforms/libqxcb.so': makeDynamicElf({ needed: ['libxcb-cursor.so.0'] }),
      'usr/plugins/sqldrivers/libqsqlmysql.so': makeDynamicElf({ needed: ['libmysqlclient.so.21'] }),
    },
    'library-missing',
    'plugin-library-missing',
  );
  expect(found.map(({ rule, path }) => [rule, path])).toEqual([
    ['library-missing', 'usr/plugins/platforms/libqxcb.so'],
    ['plugin-library-missing', 'usr/plugins/sqldrivers/libqsqlmysql.so'],
  ]);
});

describe('A library is in reach', () => {
  const library = { 'usr/lib/app/libgreet.so.1': makeDynamicElf({ soname: 'libgreet.so.1' }) };
  const cases: [string, FixtureTree][] = [
    ['by an RPATH', { 'usr/bin/hello': program({ needed: ['libgreet.so.1'], rpath: '/x:${ORIGIN}/../lib/app' }) }],
    ['by $LIB', { 'usr/bin/hello': program({ needed: ['libgreet.so.1'], runpath: '$ORIGIN/../$LIB/app' }) }],
    [
      'through a folder that is a symlink',
      {
        'usr/lib64': { link: 'lib' },
        'usr/bin/hello': program({ needed: ['libgreet.so.1'], runpath: '$ORIGIN/../lib64/app' }),
      },
    ],
    [
      'by what AppRun sets',
      {
        AppRun: { mode: 0o755, text: '#!/bin/sh\nexport LD_LIBRARY_PATH="$(dirname "$0")/usr/lib/app/"\nexec hello\n' },
        'usr/bin/hello': program({ needed: ['libgreet.so.1'] }),
      },
    ],
    [
      'by what a script beside the program sets',
      {
        'usr/bin/start': { mode: 0o755, text: '#!/bin/sh\nLD_LIBRARY_PATH="$HERE/../lib/app" exec "$HERE/hello"\n' },
        'usr/bin/hello': program({ needed: ['libgreet.so.1'] }),
      },
    ],
    [
      'where a script computes the folders',
      {
        AppRun: { mode: 0o755, text: '#!/bin/sh\nexport LD_LIBRARY_PATH=$(find_libraries)\nexec hello\n' },
        'usr/bin/hello': program({ needed: ['libgreet.so.1'] }),
      },
    ],
  ];

  test.each(cases)('%s', async (_how, tree) => {
    expect(await findings({ ...library, ...tree }, 'library-missing', 'library-out-of-reach')).toEqual([]);
  });

  test('not when a script only passes on what was set', async () => {
    const tree = {
      ...library,
      AppRun: { mode: 0o755, text: '#!/bin/sh\nexport LD_LIBRARY_PATH="$LD_LIBRARY_PATH"\nexec hello\n' },
      'usr/bin/hello': program({ needed: ['libgreet.so.1'] }),
    };
    const [found] = await findings(tree, 'library-out-of-reach');
    expect(found?.message).toContain('usr/lib/app/libgreet.so.1');
  });
});
