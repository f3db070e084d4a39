import type { WorkspacePackage } from '@appimage-js/workspace-tool';
import { expect, test } from 'vitest';
import { checkFiles } from '../src/files.ts';
import { specifiers } from '../src/installed.ts';
import { readTar, type TarballEntry } from '../src/tarball.ts';

const manifest = { name: 'appimage-js', version: '1.0.0', bin: { appimage: './bin/appimage.js' } };
const workspacePackage: WorkspacePackage = {
  path: 'packages/cli',
  folder: '/x/packages/cli',
  shortName: 'cli',
  manifest,
};

test('a tarball with what its users need has no findings', () => {
  expect(checkFiles({ workspacePackage, manifest, entries: complete() })).toEqual([]);
});

test.for(['src/main.ts', 'test/main.js', 'dist/main.test.js', 'tsup.config.ts', 'native/main.c'])(
  '%s is unwanted',
  (path) => {
    const entries = [...complete(), file(path)];
    expect(checkFiles({ workspacePackage, manifest, entries })).toEqual([
      { where: 'packages/cli', message: `the tarball must not carry ${path}` },
    ]);
  },
);

test.for(['README.md', 'LICENSE', 'bin/appimage.js'])('a missing %s is found', (path) => {
  const entries = complete().filter((entry) => entry.path !== path);
  expect(checkFiles({ workspacePackage, manifest, entries })).toEqual([
    { where: 'packages/cli', message: `the tarball needs ${path}, found none` },
  ]);
});

test('programs that cannot be executed are found', () => {
  const entries = [
    ...complete().filter(({ path }) => path !== 'bin/appimage.js'),
    file('bin/appimage.js', 0o644),
    file('dist/runtime-x86_64', 0o644, '\x7fELF\x02'),
  ];
  expect(checkFiles({ workspacePackage, manifest, entries }).map(({ message }) => message)).toEqual([
    'bin/appimage.js must be executable, found mode 644; see publishConfig.executableFiles',
    'dist/runtime-x86_64 must be executable, found mode 644; see publishConfig.executableFiles',
  ]);
});

test('an entry point is imported under the name of its package', () => {
  const exports = { '.': { default: './a.js' }, './node': { default: './b.js' }, './package.json': './package.json' };
  expect(specifiers({ manifest: { ...manifest, name: '@appimage-js/format', exports } })).toEqual([
    '@appimage-js/format',
    '@appimage-js/format/node',
  ]);
});

test('an archive without files has none', () => {
  expect(readTar(Buffer.alloc(1024))).toEqual([]);
});

function complete(): TarballEntry[] {
  return [
    file('README.md'),
    file('LICENSE'),
    file('package.json'),
    file('dist/main.js'),
    file('dist/main.d.ts'),
    file('bin/appimage.js', 0o755),
  ];
}

function file(path: string, mode = 0o644, content = 'x'): TarballEntry {
  return { path, mode, content: Buffer.from(content, 'latin1') };
}
