import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { beforeAll, describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';

describe('20,000 entries in one directory', () => {
  const folder = sharedFolder();
  const names = Array.from({ length: 20_000 }, (_, index) => `entry-with-a-rather-long-name-${index}`);

  beforeAll(() => {
    mkdirSync(join(folder, 'crowd'));
    for (const name of names) writeFileSync(join(folder, 'crowd', name), '');
  });

  for (const [tool, ...args] of [
    ['genisoimage', '-quiet', '-R'],
    ['xorriso', '-as', 'mkisofs', '-quiet', '-R'],
  ] as const) {
    testWith([tool], `written by ${tool} are listed and found, in few reads`, async () => {
      const image = join(temporaryFolder(), 'image.iso');
      run(tool, [...args, '-o', image, folder]);
      let reads = 0;
      const source = bufferSource(readFileSync(image));
      const counting: typeof source = {
        size: source.size,
        read(offset, length, options) {
          reads += 1;
          return source.read(offset, length, options);
        },
      };
      const files = await openIso9660(counting);
      const found = (await files.readDirectory('crowd')).map(({ path }) => path.slice('crowd/'.length));
      expect(found.sort()).toEqual(names.toSorted());
      const types = new Set<string>();
      for (const name of names) types.add((await files.stat(`crowd/${name}`)).type);
      expect([...types]).toEqual(['file']);
      expect(reads).toBeLessThan(8);
      await expect(files.stat('crowd/entry-with-a-rather-long-name-')).rejects.toMatchObject({ code: 'not-found' });
    });
  }
});
