import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect } from 'vitest';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { openFileSource } from '../../../src/node/file-source.ts';
import { collect } from '../../support/trees.ts';

const GIB = 2 ** 30;

testWith(
  ['xorriso', 'dd'],
  'a file of more than 4 GiB that xorriso wrote is read across the border of its extents',
  async () => {
    const folder = temporaryFolder();
    const size = 4 * GIB + 100_000;
    const marks = new Map([
      [10, 'start'],
      [4 * GIB - 2048 - 3, 'border'],
      [4 * GIB - 3, 'beyond'],
      [size - 3, 'end'],
    ]);
    const descriptor = openSync(join(folder, 'large'), 'w');
    ftruncateSync(descriptor, size);
    for (const [place, text] of marks) writeSync(descriptor, text, place);
    closeSync(descriptor);
    const image = join(temporaryFolder(), 'image');
    // Through a pipe, so that zeros become holes.
    run('sh', ['-c', `xorriso -as mkisofs -quiet -R -iso-level 3 -o - ${folder} | dd conv=sparse bs=1M of=${image}`]);
    await using source = await openFileSource(image);
    const files = await openIso9660(source);
    expect((await files.stat('large')).size).toBe(size);
    for (const [start, text] of marks) {
      const found = await collect(files.readFile('large', { start: start - 5, end: start + text.length }));
      expect(Buffer.from(found).toString('latin1')).toBe(`${'\0'.repeat(5)}${text}`);
    }
    const across = await collect(files.readFile('large', { start: 4 * GIB - 3_000_000, end: 4 * GIB + 50_000 }));
    expect(across).toHaveLength(3_050_000);
    expect(Buffer.from(across).indexOf('border')).toBe(3_000_000 - 2048 - 3);
  },
);
