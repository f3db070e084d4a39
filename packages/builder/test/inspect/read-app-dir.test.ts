import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isThere, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { walk } from '../../src/inspect/app-dir.ts';
import { readAppDir } from '../../src/inspect/read-app-dir.ts';
import { makeTree } from '../make-tree.ts';

describe('readAppDir', () => {
  test('does not take an empty path for the working directory', async () => {
    await expect(readAppDir('')).rejects.toThrow(RangeError);
  });

  test('keeps names of any bytes, 255 of them, too', async () => {
    const root = temporaryFolder();
    const names = [
      Buffer.from('with space'),
      Buffer.from('quote\'"$`'),
      Buffer.from('new\nline'),
      Buffer.from('grüße-日本'),
      Buffer.from([0x66, 0xff, 0xfe]),
      Buffer.alloc(255, 'x'),
    ];
    for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), name);
    const { root: read } = await readAppDir(root);
    expect(new Set(read.entries.keys())).toEqual(
      new Set(['with space', 'quote\'"$`', 'new\nline', 'grüße-日本', 'f\udcff\udcfe', 'x'.repeat(255)]),
    );
  });

  test('reads types, modes, targets and sizes', async () => {
    const root = makeTree(temporaryFolder(), { 'a/b': { mode: 0o4750, text: 'four' }, link: { link: 'a\nb' } });
    const entries = [...walk((await readAppDir(root)).root)];
    expect(entries).toEqual(
      [
        expect.objectContaining({ type: 'directory', path: 'a' }),
        expect.objectContaining({ type: 'file', path: 'a/b', mode: 0o4750, size: 4 }),
        expect.objectContaining({ type: 'symlink', path: 'link', target: 'a\nb' }),
      ].sort(
        (left, right) =>
          entries.findIndex(({ path }) => left['path'] === path) -
          entries.findIndex(({ path }) => right['path'] === path),
      ),
    );
  });

  test('takes names of the same file for one file', async () => {
    const root = makeTree(temporaryFolder(), { one: 'x', other: 'x', 'folder/x': 'y' });
    linkSync(join(root, 'one'), join(root, 'folder/two'));
    const files = [...walk((await readAppDir(root)).root)].filter((entry) => entry.type === 'file');
    expect(files).toHaveLength(4);
    expect(new Set(files).size).toBe(3);
  });

  test('follows a symlink to the AppDir itself, and no other', async () => {
    const folder = temporaryFolder();
    makeTree(folder, { 'real/usr/x': 'x', 'real/loop': { link: '.' }, link: { link: 'real' } });
    const appDir = await readAppDir(join(folder, 'link'));
    expect(appDir.path).toBe(join(folder, 'real'));
    expect([...walk(appDir.root)]).toHaveLength(3);
  });

  test('reads a tree as deep as a path can be long', async () => {
    const root = temporaryFolder();
    const deep = join(root, 'd/'.repeat(1500));
    mkdirSync(deep, { recursive: true });
    expect([...walk((await readAppDir(root)).root)]).toHaveLength(1500);
  });

  test('refuses a socket and names it', async () => {
    const root = temporaryFolder();
    const server = createServer().listen(join(root, 'a socket'));
    onTestFinished(() => void server.close());
    await expect(readAppDir(root)).rejects.toMatchObject({
      code: 'unsupported',
      path: join(root, 'a socket'),
      message: expect.stringContaining('found a socket; remove it'),
    });
  });

  testWith(['mkfifo'], 'refuses a named pipe', async () => {
    const root = temporaryFolder();
    await execa('mkfifo', [join(root, 'pipe')]);
    await expect(readAppDir(root)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('found a named pipe'),
    });
  });

  testWith(['root'], 'refuses a device', async () => {
    const root = temporaryFolder();
    await execa('mknod', [join(root, 'null'), 'c', '1', '3']);
    await expect(readAppDir(root)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('found a device'),
    });
  });

  test('says that there is no such directory, or that it is something else', async () => {
    const root = makeTree(temporaryFolder(), { file: 'x' });
    await expect(readAppDir(join(root, 'missing'))).rejects.toMatchObject({
      code: 'not-found',
      path: join(root, 'missing'),
    });
    await expect(readAppDir(join(root, 'file'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('it must be a directory'),
    });
    symlinkSync('nowhere', join(root, 'broken'));
    await expect(readAppDir(join(root, 'broken'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test.skipIf(isThere('root'))('names a directory that must not be read', async () => {
    const root = makeTree(temporaryFolder(), { closed: null });
    chmodSync(join(root, 'closed'), 0);
    onTestFinished(() => chmodSync(join(root, 'closed'), 0o755));
    await expect(readAppDir(root)).rejects.toMatchObject({ code: 'not-permitted', path: join(root, 'closed') });
  });

  test('stops when the signal is aborted', async () => {
    await expect(
      readAppDir(makeTree(temporaryFolder(), { x: 'x' }), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
