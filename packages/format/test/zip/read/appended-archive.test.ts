import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import { noise } from '../../support/trees.ts';
import { below, expected, found, open, tree, useTree } from './packed-tree.ts';

useTree();

describe('in a larger file', () => {
  /** An archive behind 1 MB of something else, as `cat` makes it, or adjusted to that. */
  function appended(isAdjusted: boolean): string {
    const folder = temporaryFolder();
    const path = join(folder, 'larger');
    writeFileSync(path, noise(1_000_003, 5));
    run('zip', ['-qry', join(folder, 'archive.zip'), '.'], { cwd: tree });
    appendFileSync(path, readFileSync(join(folder, 'archive.zip')));
    if (isAdjusted) run('zip', ['-qA', path]);
    return path;
  }

  testWith(['zip'], 'an archive that was only appended is found', async () => {
    const archive = await open(appended(false));
    expect(archive.start).toBe(1_000_003);
    expect(below(await found(archive))).toEqual(below(expected()));
  });

  testWith(['zip'], 'an archive whose offsets were adjusted is found', async () => {
    const archive = await open(appended(true));
    expect(archive.start).toBe(1_000_003);
    expect(below(await found(archive))).toEqual(below(expected()));
  });

  testWith(['zip'], 'an archive that is followed by 60,000 bytes is found', async () => {
    const path = appended(true);
    const { length } = readFileSync(path);
    appendFileSync(path, noise(60_000));
    const archive = await open(path);
    expect(archive.end).toBe(length);
    expect(below(await found(archive))).toEqual(below(expected()));
  });

  testWith(['zip'], 'an archive that is followed by more than 64 KiB is not found', async () => {
    const path = appended(true);
    appendFileSync(path, noise(66_000));
    await expect(open(path)).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('found none'),
    });
  });
});

testWith(['zip'], 'an archive that is cut out of a file by its start and end opens by itself', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'archive.zip');
  run('zip', ['-qry', path, '.'], { cwd: tree });
  const bytes = Buffer.concat([noise(999), readFileSync(path), noise(50)]);
  const { start, end } = await openZip(bufferSource(bytes));
  expect([start, end]).toEqual([999, bytes.length - 50]);
  expect(below(await found(await openZip(bufferSource(bytes.subarray(start, end)))))).toEqual(below(expected()));
});
