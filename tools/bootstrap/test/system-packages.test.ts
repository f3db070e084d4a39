import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeSysroots, describeSystemPackages, parseList, provideSystemPackages } from '../src/system-packages.js';

const lists = new URL('../system-packages/', import.meta.url);

/** A folder that is the whole PATH, so that only the programs of a test are found. */
let programs: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  programs = temporaryFolder();
  environment = { PATH: programs };
});

afterEach(() => {
  vi.restoreAllMocks();
});

test('a list has one package a line, without comments and blanks', () => {
  expect(parseList('# why\nclang\n\n  lld # linker\n')).toEqual(['clang', 'lld']);
});

test.for(readdirSync(lists))('%s is sorted and has no package twice', (name) => {
  const names = parseList(readFileSync(new URL(name, lists), 'utf8'));
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).not.toHaveLength(0);
});

test('without dpkg it says what is needed and goes on', async () => {
  expect(await provideSystemPackages(['toolchain'], environment)).toMatch(/no dpkg.*clang/);
});

test('what is there is not installed again', async () => {
  installDpkg({ missing: [] });
  expect(await provideSystemPackages(['bench'], environment)).toBe('System packages are there');
});

test('root installs what is missing, and only that, even when the lists cannot be updated', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  installDpkg({ missing: ['squashfuse'] });
  program(
    'env',
    `echo "$@" >> '${programs}/calls'; case "$*" in *update) exit 100;; esac; : > '${programs}/installed'`,
  );
  expect(await provideSystemPackages(['bench'], environment)).toBe('System packages are there');
  expect(readFileSync(join(programs, 'calls'), 'utf8').trim().split('\n')).toEqual([
    'DEBIAN_FRONTEND=noninteractive apt-get -qq update',
    'DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends squashfuse',
  ]);
});

test('a user whose sudo asks for a password gets the line to run', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  installDpkg({ missing: ['squashfs-tools', 'squashfuse'] });
  program('sudo', `[ "$1" = -n ] || : > '${programs}/asked'; exit 1`);
  expect(await provideSystemPackages(['bench'], environment)).toMatch(
    /: sudo apt-get install squashfs-tools squashfuse$/,
  );
  expect(existsSync(join(programs, 'asked'))).toBe(false);
});

test('the versions of every list are described, whatever was asked to be installed', async () => {
  installDpkg({ missing: ['clang'] });
  const description = await describeSystemPackages(environment);
  expect(description).toMatch(/\blld=1\.0 .*\bsquashfuse=1\.0\b/);
  expect(description).not.toContain('clang');
});

test('the packages of other machines are described by the lists in their folders', () => {
  const root = temporaryFolder();
  expect(describeSysroots(root)).toBe('');
  for (const machine of ['armhf', 'aarch64', 'draft-x']) {
    mkdirSync(join(root, '.toolchain/sysroot', machine), { recursive: true });
    if (machine === 'draft-x') continue;
    writeFileSync(join(root, '.toolchain/sysroot', machine, 'packages.txt'), 'libzstd-dev 1.5\nmusl-dev 1:1.2\n');
  }
  expect(describeSysroots(root)).toBe(
    'aarch64:libzstd-dev=1.5 aarch64:musl-dev=1:1.2 armhf:libzstd-dev=1.5 armhf:musl-dev=1:1.2',
  );
});

/** A dpkg-query that misses some packages until the file `installed` is there. */
function installDpkg({ missing }: { missing: string[] }): void {
  const isMissing = missing
    .map((name) => `[ $name = ${name} ]`)
    .concat('false')
    .join(' || ');
  program(
    'dpkg-query',
    `shift 3
    for name; do
      if [ ! -e '${programs}/installed' ] && { ${isMissing}; }; then status=1; else echo "installed $name 1.0"; fi
    done
    exit \${status:-0}`,
  );
}

function program(name: string, script: string): void {
  const path = join(programs, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
