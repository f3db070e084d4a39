import { copyFileSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { directoryFiles } from '../../src/needs/directory-files.ts';
import { explainMissing } from '../../src/needs/explain-needs.ts';
import { type HostLibraries, readHostLibraries } from '../../src/needs/host-libraries.ts';
import { parseLibraryCache } from '../../src/needs/library-cache.ts';
import { readProgramNeeds } from '../../src/needs/program-needs.ts';

const nothing: HostLibraries = { hasFile: () => false, hasLibrary: () => false };
const DESKTOP = '[Desktop Entry]\nType=Application\nName=App\nExec=app %F\n';

/** An AppDir of these files; a path of the system stands for a copy of what is there. */
function appDir(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    if (content.startsWith('/')) copyFileSync(realpathSync(content), join(folder, path));
    else writeFileSync(join(folder, path), content);
  }
  return folder;
}

function needs(folder: string, host: HostLibraries = nothing) {
  return readProgramNeeds(directoryFiles(folder), host);
}

describeWith(['ldconfig'], 'the libraries of a host', () => {
  test('are those that ldconfig lists', async () => {
    const listed = [...run('ldconfig', ['-p']).matchAll(/^\t(\S+) \(/gm)].map(([, name = '']) => name);
    const parsed = parseLibraryCache(readFileSync('/etc/ld.so.cache'));
    expect([...parsed].sort()).toEqual([...new Set(listed)].sort());
    expect(listed).not.toEqual([]);
    const host = await readHostLibraries();
    expect(listed.filter((name) => !host.hasLibrary(name))).toEqual([]);
  });

  test('are none in a cache that is cut off or damaged', () => {
    const bytes = readFileSync('/etc/ld.so.cache');
    for (const length of [0, 20, 47, 60, 200]) expect(() => parseLibraryCache(bytes.subarray(0, length))).not.toThrow();
    const wrong = Uint8Array.from(bytes);
    wrong.fill(0xff, 20, 24);
    expect(parseLibraryCache(wrong)).toEqual(new Set());
  });
});

describe('what a program needs', () => {
  test('is the loader and the libraries that it names', async () => {
    const folder = appDir({ AppRun: '/usr/bin/env' });
    const { programs, missing } = await needs(folder);
    expect(programs).toEqual(['AppRun']);
    expect(missing.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      expect.stringMatching(/^library libc\.so/),
      expect.stringMatching(/^loader \/lib/),
    ]);
  });

  test('is nothing on a host that has it', async () => {
    const { missing } = await needs(appDir({ AppRun: '/usr/bin/env' }), await readHostLibraries());
    expect(missing).toEqual([]);
  });

  test('includes what the libraries need that it brings along, and not those', async () => {
    const library = run('ldd', ['/usr/bin/ls']).match(/(libselinux\.so\.1) => (\S+)/);
    const folder = appDir({ AppRun: '/usr/bin/ls', 'usr/lib/libselinux.so.1': library?.[2] ?? '/usr/bin/ls' });
    const names = (await needs(folder)).missing.map(({ name }) => name);
    expect(names).not.toContain('libselinux.so.1');
    if (library !== null) expect(names).toContain('libpcre2-8.so.0');
  });

  test('is looked for in the program of the desktop entry, too', async () => {
    const folder = appDir({ AppRun: '#!/bin/sh\nexec app\n', 'app.desktop': DESKTOP, 'usr/bin/app': '/usr/bin/env' });
    const { programs, missing } = await needs(folder);
    expect(programs).toEqual(['AppRun', 'usr/bin/app']);
    expect(missing.map(({ kind, neededBy }) => [kind, neededBy])).toEqual([
      ['interpreter', 'AppRun'],
      ['loader', 'usr/bin/app'],
      ['library', 'usr/bin/app'],
    ]);
  });

  test('is not judged where it can not be read', async () => {
    const folder = appDir({ AppRun: '\x7fELF and nothing more', 'app.desktop': 'Exec="' });
    symlinkSync('nowhere', join(folder, 'usr'));
    expect((await needs(folder)).missing).toEqual([]);
  });
});

describe('explainMissing', () => {
  const loader = { kind: 'loader', name: '/lib64/ld-linux-x86-64.so.2', neededBy: 'AppRun' } as const;
  const libraries = Array.from(
    { length: 8 },
    (_, index) => ({ kind: 'library', name: `lib${index}.so`, neededBy: 'AppRun' }) as const,
  );

  test('says nothing of nothing', () => {
    expect(explainMissing([])).toBeUndefined();
  });

  test('names what is missing and what helps', () => {
    expect(explainMissing([...libraries, loader])).toMatchInlineSnapshot(
      `"AppRun needs the dynamic loader /lib64/ld-linux-x86-64.so.2, the libraries lib0.so, lib1.so, lib2.so, lib3.so, lib4.so, lib5.so and 2 more, which this system does not have; it is made for glibc: install gcompat (Alpine), enable programs.nix-ld (NixOS), or start it in a root that has them: --fhs SOURCE (a directory, an OCI image, steam-run)"`,
    );
    expect(explainMissing([{ kind: 'interpreter', name: '/bin/bash', neededBy: 'AppRun' }])).toMatchInlineSnapshot(
      `"AppRun needs the program /bin/bash, which this system does not have; install what is missing, or start it in a root that has them: --fhs SOURCE (a directory, an OCI image, steam-run)"`,
    );
  });
});
