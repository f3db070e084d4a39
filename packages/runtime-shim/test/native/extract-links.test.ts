import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { appImageOf, shortFolder, writeTree } from './fixture.ts';
import { run } from './run.ts';

/** What a pattern extracts, without the folders. */
async function extracted(image: string, ...patterns: string[]): Promise<string[]> {
  const cwd = shortFolder();
  const { status, stderr } = await run(image, ['--appimage-extract', ...patterns], { cwd });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { stdout } = await run('find', ['.', '!', '-type', 'd', '-printf', '%P\\n'], {
    cwd: join(cwd, 'squashfs-root'),
  });
  return stdout.trim().split('\n').sort();
}

describeWith(['mksquashfs'], 'what matched links lead to', () => {
  test('is told apart from what only begins with the same letters', async () => {
    const folder = shortFolder();
    const names = ['a', 'a b', 'a!', 'a-b', 'a.b', 'a0', 'ab', 'a~', 'aé'];
    writeTree(folder, Object.fromEntries(names.map((name) => [`real/${name}/file`, name])));
    mkdirSync(join(folder, 'links'));
    for (const name of names) symlinkSync(`../real/${name}`, join(folder, 'links', `to ${name}`));
    // Below another one that is wanted, and more than once.
    symlinkSync('../real/a/file', join(folder, 'links', 'to file'));
    symlinkSync('../real/a', join(folder, 'links', 'to a again'));
    const image = await appImageOf(folder);
    for (const name of names)
      expect(await extracted(image, `links/to ${name}`)).toEqual([`links/to ${name}`, `real/${name}/file`]);
    expect(await extracted(image, 'links/*')).toEqual(
      [
        'links/to a again',
        'links/to file',
        ...names.flatMap((name) => [`links/to ${name}`, `real/${name}/file`]),
      ].sort(),
    );
  });

  test('is found over links to folders, and those bring nothing else along', async () => {
    const folder = shortFolder();
    writeTree(folder, { 'real/deep/one': '1', 'real/deep/two': '2', 'real/other': '3', top: '4' });
    for (const [target, name] of [
      ['real', 'way'],
      ['way/deep', 'shorter'],
      ['shorter/one', 'link'],
      ['.', 'self'],
      ['self/self/top', 'round'],
    ] as const)
      symlinkSync(target, join(folder, name));
    const image = await appImageOf(folder);
    expect(await extracted(image, 'link')).toEqual(['link', 'real/deep/one', 'shorter', 'way']);
    expect(await extracted(image, 'round')).toEqual(['round', 'self', 'top']);
  });

  test('is what a slow search would find, in any tree', async () => {
    const random = seededRandom(20261121);
    const pick = (count: number) => Math.floor(random() * count);
    for (let round = 0; round < 10; round++) {
      const folder = shortFolder();
      const files = Array.from({ length: 30 }, () => `${'ab'[pick(2)]}/${'xyz'[pick(3)]}${pick(4)}/f${pick(9)}`);
      writeTree(folder, Object.fromEntries(files.map((file) => [file, file])));
      mkdirSync(join(folder, 'links'));
      const targets = Array.from({ length: 40 }, () =>
        (files[pick(30)] ?? '')
          .split('/')
          .slice(0, 1 + pick(3))
          .join('/'),
      );
      for (const [i, target] of targets.entries()) symlinkSync(`../${target}`, join(folder, 'links', `${i}`));
      const wanted = files.filter((file) => targets.some((target) => `${file}/`.startsWith(`${target}/`)));
      expect(await extracted(await appImageOf(folder), 'links/*')).toEqual(
        [...new Set([...wanted, ...targets.map((_, i) => `links/${i}`)])].sort(),
      );
    }
  });
});
