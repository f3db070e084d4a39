import { describe, expect, test } from 'vitest';
import type { FileEntry } from '../../src/filesystem/readonly-file-system.ts';
import { readWholeFile, resolvePath } from '../../src/filesystem/resolve-path.ts';
import { directory, file, noise, openImage, symlink, writeImage } from '../support/trees.ts';

const image = async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 41 }, (_, index) => [`chain-${index + 1}`, symlink(index === 0 ? 'file' : `chain-${index}`)]),
  );
  const root = directory({
    file: file('content'),
    folder: directory({
      inner: file('inner'),
      up: symlink('../file'),
      further: directory({ out: symlink('../../..') }),
    }),
    link: symlink('file'),
    'folder-link': symlink('folder'),
    'link-into-folder': symlink('./folder-link//inner'),
    absolute: symlink('/file'),
    nix: directory({ store: directory({ app: directory({ bin: file('app'), self: symlink('/nix/store/app/bin') }) }) }),
    entrypoint: symlink('/nix/store/app/self'),
    gone: symlink('/nix/store/gone'),
    dangling: symlink('nowhere'),
    outside: symlink('../file'),
    circle: symlink('circle-2'),
    'circle-2': symlink('circle'),
    ...chain,
  });
  return openImage(await writeImage(root));
};

describe('a path', () => {
  test.each([
    ['file', 'file'],
    ['/file', 'file'],
    ['./folder//inner/', 'folder/inner'],
    ['link', 'file'],
    ['folder-link/inner', 'folder/inner'],
    ['folder-link/../file', 'file'],
    ['folder-link/up', 'file'],
    ['link-into-folder', 'folder/inner'],
    ['folder/further/../inner', 'folder/inner'],
    ['chain-40', 'file'],
    ['entrypoint', 'nix/store/app/bin'],
    ['', ''],
    ['/', ''],
    ['folder/..', ''],
  ])('%j is resolved to %j', async (path, expected) => {
    const files = await image();
    const found = await resolvePath(files, path);
    expect(found.path).toBe(expected);
    expect(found.stat).toEqual(await files.stat(expected));
  });

  test.each([
    ['missing', 'not-found'],
    ['missing/..', 'not-found'],
    ['file/inner', 'not-found'],
    ['dangling', 'not-found'],
    ['gone', 'not-found'],
    ['..', 'not-found'],
    ['folder/../../file', 'not-found'],
    ['absolute', 'not-found'],
    ['outside', 'not-found'],
    ['folder/further/out', 'not-found'],
    ['circle', 'malformed'],
    ['chain-41', 'malformed'],
  ])('%j is an error with the code %s', async (path, code) => {
    await expect(resolvePath(await image(), path)).rejects.toMatchObject({ name: 'AppImageError', code });
  });
});

describe('a whole file', () => {
  test('is read up to the maximum', async () => {
    const content = noise(300_000);
    const files = await openImage(await writeImage(directory({ file: file(content) }), { blockSize: 4096 }));
    const entry = await resolvePath(files, 'file');
    expect(Buffer.compare(await readWholeFile(files, entry, { maximumLength: 300_000 }), content)).toBe(0);
    await expect(readWholeFile(files, entry, { maximumLength: 299_999 })).rejects.toMatchObject({
      code: 'limit',
      path: 'file',
    });
  });

  test('of a directory is not found', async () => {
    const files = await image();
    const entry: FileEntry = await resolvePath(files, 'folder');
    await expect(readWholeFile(files, entry, { maximumLength: 10 })).rejects.toMatchObject({ code: 'not-found' });
  });
});
