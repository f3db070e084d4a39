import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { beforeEach, expect, test } from 'vitest';
import { npmFailure, provideNode, providePnpm } from '../src/toolchain.js';

/** A checkout, and a PATH on which only the programs that a test puts there and the system's own are found. */
let root: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  root = join(temporaryFolder(), 'with space');
  mkdirSync(join(root, 'programs'), { recursive: true });
  environment = { PATH: [join(root, 'programs'), '/usr/bin', '/bin'].join(delimiter) };
  writeManifest('>=99');
  writeFileSync(join(root, '.node-version'), '99.1.0\n');
});

test('the running Node is used when it is fit', async () => {
  writeManifest('>=22');
  expect(await provideNode(root, environment)).toMatchObject({
    version: process.versions.node,
    origin: 'of this machine',
  });
});

test('a Node that is not fit is not used: npm installs the pinned one, once', async () => {
  fakeNpm('99.1.0');
  const expected = { version: '99.1.0', origin: 'in .toolchain' };
  expect(await provideNode(root, environment)).toMatchObject(expected);
  expect(await provideNode(root, environment)).toMatchObject(expected);
  expect(calls()).toHaveLength(1);
  expect(calls()[0]).toMatch(/^install --prefix .* --ignore-scripts .*@99\.1\.0$/);
});

test('the pnpm on the PATH is used when it has the pinned version', async () => {
  program('pnpm', 'echo 9.8.7');
  expect(await providePnpm(root, environment)).toEqual({ version: '9.8.7', origin: 'of this machine' });
});

test('another pnpm on the PATH is left alone', async () => {
  program('pnpm', 'echo 8.0.0');
  fakeNpm('9.8.7');
  expect(await providePnpm(root, environment)).toMatchObject({ version: '9.8.7', origin: 'in .toolchain' });
});

test('leftovers of an interrupted run and of other versions are removed', async () => {
  for (const leftover of ['draft-node-1', 'node-98.0.0', 'node-99.1.0']) {
    mkdirSync(join(root, '.toolchain', leftover, 'node_modules'), { recursive: true });
  }
  mkdirSync(join(root, '.toolchain/pnpm-9.8.7'));
  fakeNpm('99.1.0');
  await provideNode(root, environment);
  expect(readdirSync(join(root, '.toolchain')).sort()).toEqual(['node-99.1.0', 'pnpm-9.8.7']);
});

test('a program that does not run on this machine is not kept', async () => {
  fakeNpm('1.2.3');
  await expect(provideNode(root, environment)).rejects.toThrow('does not run on this machine');
  expect(readdirSync(join(root, '.toolchain'))).toEqual([]);
});

test('without a network the message says so, and nothing is left behind', async () => {
  program('npm', 'echo "npm error code ENOTFOUND" >&2; exit 1');
  await expect(provideNode(root, environment)).rejects.toThrow('the package registry cannot be reached');
  expect(readdirSync(join(root, '.toolchain'))).toEqual([]);
});

test.for([
  [127, '', 'npm was not found on the PATH'],
  [1, 'npm error ENOSPC: no space left on device, write', 'the disk is full'],
  [1, 'npm error code E404', 'npm ended with status 1'],
] as const)('status %i with "%s" is told as: %s', ([status, output, message]) => {
  expect(npmFailure(status, output)).toBe(message);
});

function writeManifest(node: string): void {
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ engines: { node }, packageManager: 'pnpm@9.8.7+sha512.abc' }),
  );
}

/** An npm that notes its arguments and installs a program that answers with `version`. */
function fakeNpm(version: string): void {
  const template = join(root, 'template');
  mkdirSync(join(template, 'bin'), { recursive: true });
  for (const path of ['bin/node', 'pnpm']) {
    writeFileSync(join(template, path), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(template, path), 0o755);
  }
  program(
    'npm',
    `echo "$@" >> '${root}/calls'
    for spec; do :; done
    to="$3/node_modules/\${spec%@*}"
    mkdir -p "$to"
    cp -R '${template}/.' "$to"`,
  );
}

function program(name: string, script: string): void {
  const path = join(root, 'programs', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function calls(): string[] {
  return readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');
}
