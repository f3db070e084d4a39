import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { parseZsync } from '@appimage-js/format';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { modelBlockSize } from '../../src/zsync/choose-block-size.ts';
import { makeControlFile } from '../../src/zsync/index.ts';
import { join, noise } from '../fetch/noise.ts';

function fileOf(content: Uint8Array, name = 'App.AppImage', folder = temporaryFolder()): string {
  const path = joinPath(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a control file that is made', () => {
  test('is beside the image, names it, and is the same each time', async () => {
    const file = fileOf(noise(300_000));
    const made = await makeControlFile({ file });
    expect(made).toMatchObject({ path: `${file}.zsync`, length: 300_000, urls: ['App.AppImage'], measured: [] });
    const bytes = readFileSync(made.path);
    expect(bytes).toHaveLength(made.size);
    await makeControlFile({ file });
    expect(Buffer.compare(readFileSync(made.path), bytes)).toBe(0);
    expect(parseZsync(bytes)).toMatchObject({ blockSize: made.blockSize, sha1: made.sha1, fileName: 'App.AppImage' });
  });

  test('has the URLs and the block size that were asked for', async () => {
    const file = fileOf(noise(300_000));
    const output = joinPath(temporaryFolder(), 'x.zsync');
    const urls = ['https://example.org/a', 'b'];
    const made = await makeControlFile({ file, output, urls, blockSize: 512 });
    expect(parseZsync(readFileSync(output))).toMatchObject({ urls, blockSize: 512 });
    expect(made.blockSize).toBe(512);
    await expect(makeControlFile({ file, blockSize: 500 })).rejects.toThrow(RangeError);
  });

  test('has the time that was given, else that of the file', async () => {
    const file = fileOf(noise(2000));
    utimesSync(file, 1_600_000_000, 1_600_000_000);
    const timeOf = async (options: { readonly mtime?: number }) =>
      parseZsync(readFileSync((await makeControlFile({ file, ...options })).path)).mtime;
    expect(await timeOf({})).toBe(1_600_000_000);
    expect(await timeOf({ mtime: 1_700_000_000 })).toBe(1_700_000_000);
    await expect(makeControlFile({ file, mtime: 1.5 })).rejects.toThrow(RangeError);
  });

  test('has small blocks where an older version differs here and there, and large ones where it hardly differs', async () => {
    const content = noise(2_000_000);
    const scattered = Uint8Array.from(content, (byte, index) => (index % 50_000 === 0 ? byte ^ 1 : byte));
    const one = join(content.subarray(0, 1_000_000), noise(100, 3), content.subarray(1_000_000));
    const sizes: number[] = [];
    for (const older of [scattered, one]) {
      const { blockSize, measured } = await makeControlFile({ file: fileOf(content), against: fileOf(older, 'old') });
      const costs = measured.map((cost) => cost.controlFileSize + cost.bytesToFetch);
      expect(measured[costs.indexOf(Math.min(...costs))]?.blockSize).toBe(blockSize);
      sizes.push(blockSize);
    }
    expect(sizes[0]).toBeLessThan(sizes[1] ?? 0);
  });

  testWith(['zsync'], 'leads zsync 0.6.2 to the image', async () => {
    const folder = temporaryFolder();
    const file = fileOf(noise(300_000), 'App.AppImage', folder);
    await makeControlFile({ file });
    run('zsync', ['-q', '-u', 'http://127.0.0.1:1/', '-i', 'App.AppImage', '-o', 'made', 'App.AppImage.zsync'], {
      cwd: folder,
    });
    expect(Buffer.compare(readFileSync(joinPath(folder, 'made')), readFileSync(file))).toBe(0);
  });
});

test('the model takes larger blocks for larger files, as was measured of one of 45 MB', () => {
  expect([1000, 1_000_000, 45_000_000, 200_000_000, 2 ** 33].map(modelBlockSize)).toEqual([
    1024, 1024, 8192, 16_384, 65_536,
  ]);
});
