import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { makeAppImage } from './support/make-appimage.ts';
import { directory, file } from './support/trees.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** The first example hands out a function, the second is a program. */
const [readingExample = '', writingExample = ''] = [
  ...readFileSync(`${PACKAGE}/README.md`, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
].map(([, code]) => code);

function runCode(input: string): string {
  const conditions = ['--conditions=@appimage-js/source', '--input-type=module-typescript'];
  return execFileSync(process.execPath, [...conditions, '--no-warnings', '-'], {
    cwd: PACKAGE,
    env: { ...process.env, NODE_OPTIONS: '' },
    input,
    encoding: 'utf8',
  });
}

test('the example of the README that reads an image does what it says', async () => {
  const path = join(temporaryFolder(), 'app.AppImage');
  const root = directory({
    AppRun: file('#!/bin/sh\n', { mode: 0o755 }),
    'a.desktop': file('[Desktop Entry]\nName=App\n'),
  });
  writeFileSync(path, await makeAppImage({ root, updateInformation: 'zsync|https://example.org/a.zsync' }));
  expect(runCode(`${readingExample}\nawait printImage(${JSON.stringify(path)});`)).toBe(
    'App null, type-2 for x86_64\nzsync|https://example.org/a.zsync []\nAppRun: 10 bytes\na.desktop: 25 bytes\n',
  );
});

test('the example of the README that writes an image does what it says', () => {
  expect(runCode(writingExample)).toBe('hello.txt: 13 bytes\n');
});
