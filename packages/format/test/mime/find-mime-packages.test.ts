import { describe, expect, test } from 'vitest';
import type { InputNode } from '../../src/filesystem/input-tree.ts';
import { findMimePackages } from '../../src/mime/find-mime-packages.ts';
import { directory, file, openImage, symlink, writeImage } from '../support/trees.ts';

const mimePackage = (type: string) =>
  file(
    `<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info"><mime-type type="${type}"/></mime-info>`,
  );

async function find(packages: Record<string, InputNode>, options = {}) {
  const mime = directory({ packages: directory(packages) });
  const root = directory({ usr: directory({ share: directory({ mime }) }), 'a.xml': mimePackage('a/outside') });
  return findMimePackages(await openImage(await writeImage(root)), options);
}

describe('MIME packages', () => {
  test('are those in the folder of the database, by name', async () => {
    const packages = {
      'b.xml': mimePackage('b/b'),
      'a.xml': mimePackage('a/a'),
      'a.txt': file(''),
      'c.xml': directory(),
    };
    expect(await find(packages)).toMatchObject([
      { path: 'usr/share/mime/packages/a.xml', realPath: 'usr/share/mime/packages/a.xml', types: [{ type: 'a/a' }] },
      { path: 'usr/share/mime/packages/b.xml', types: [{ type: 'b/b' }] },
    ]);
  });

  test('may be symlinks', async () => {
    const packages = { 'a.xml': symlink('../../../../a.xml'), 'b.xml': symlink('b.xml'), 'c.xml': symlink('nowhere') };
    expect(await find(packages)).toMatchObject([
      { path: 'usr/share/mime/packages/a.xml', realPath: 'a.xml', types: [{ type: 'a/outside' }] },
    ]);
  });

  test('need not be there', async () => {
    expect(await find({})).toEqual([]);
    expect(await findMimePackages(await openImage(await writeImage(directory())))).toEqual([]);
  });

  test('that are damaged are an error with the path', async () => {
    const path = 'usr/share/mime/packages/b.xml';
    await expect(find({ 'a.xml': mimePackage('a/a'), 'b.xml': file('<a>') })).rejects.toMatchObject({
      code: 'malformed',
      path,
    });
    await expect(find({ 'b.xml': mimePackage('b/b') }, { maxSize: 9 })).rejects.toMatchObject({ code: 'limit', path });
  });

  test('are not more than 256', async () => {
    const packages = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.xml`, mimePackage('a/a')] as const));
    expect(await find(packages(256))).toHaveLength(256);
    await expect(find(packages(257))).rejects.toMatchObject({ code: 'limit' });
  });

  test('do not have more than 16 MiB together', async () => {
    const large = file(
      `<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">${' '.repeat(3_500_000)}</mime-info>`,
    );
    const packages = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.xml`, large] as const));
    expect(await find(packages(4))).toHaveLength(4);
    await expect(find(packages(5))).rejects.toMatchObject({ code: 'limit' });
  });

  test('are not read for somebody who has given up', async () => {
    const signal = AbortSignal.abort();
    await expect(find({ 'a.xml': mimePackage('a/a') }, { signal })).rejects.toBe(signal.reason);
  });
});
