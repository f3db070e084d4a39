import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findFiles, findPackages, report, repositoryRoot } from '../src/index.ts';

let root: string;

beforeEach(() => {
  root = temporaryFolder();
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test('a package is a folder with a manifest', () => {
  write('packages/b/package.json', '{ "name": "@x/b" }');
  write('packages/a/package.json', '{ "name": "@x/a" }');
  write('packages/left-over/dist/index.js');
  expect(findPackages(root, 'packages').map(({ path, manifest }) => [path, manifest.name])).toEqual([
    ['packages/a', '@x/a'],
    ['packages/b', '@x/b'],
  ]);
  expect(findPackages(root, 'examples')).toEqual([]);
});

test('this workspace has the packages that everything is about', () => {
  const names = findPackages(repositoryRoot, 'packages').map(({ shortName }) => shortName);
  expect(names).toEqual(expect.arrayContaining(['builder', 'cli', 'format', 'runtime-shim']));
});

test('files are found in a stable order, without what was built, installed or broken on purpose', () => {
  for (const path of [
    'z.ts',
    'src/b.ts',
    'src/a.ts',
    'src/a.md',
    'dist/a.ts',
    'node_modules/a.ts',
    'test/fixtures/a.ts',
  ])
    write(path);
  expect(findFiles(root, /\.ts$/).map((path) => relative(root, path))).toEqual(['src/a.ts', 'src/b.ts', 'z.ts']);
});

test('an error sets the exit status, a warning does not', () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  report('check', '1 file', [{ where: 'a.ts:3', message: 'too long', severity: 'warning' }]);
  expect(process.exitCode).toBeUndefined();
  report('check', '1 file', [{ where: 'a.ts:3', message: 'too long' }]);
  expect(process.exitCode).toBe(1);
  expect(stderr.mock.calls.map(([text]) => text)).toEqual(['a.ts:3: warning: too long\n', 'a.ts:3: too long\n']);
  expect(stdout.mock.calls.map(([text]) => text)).toEqual([
    'check: 1 file, nothing found\n',
    'check: 1 file, 1 found\n',
  ]);
});

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
