import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';

function makeFile(): string {
  const path = join(temporaryFolder(), 'App.AppImage');
  writeFileSync(path, 'x'.repeat(5000));
  return path;
}

describe('appimage zsync', () => {
  test('writes the control file beside the image, and says so in a line', async () => {
    const file = makeFile();
    const { status, stdout, stderr } = await appimage(['zsync', file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Wrote .*App\.AppImage\.zsync: \d+ bytes, for 5 kB in blocks of 1 KiB\n$/);
    expect(readFileSync(`${file}.zsync`, 'latin1')).toMatch(/^zsync: 0\.6\.2\nFilename: App\.AppImage\n/);
  });

  test('prints with --json what it has done', async () => {
    const file = makeFile();
    const output = join(temporaryFolder(), 'out.zsync');
    const args = [
      'zsync',
      file,
      '-o',
      output,
      '--url',
      'https://a.example/x',
      '--url',
      'y',
      '--block-size',
      '2K',
      '--json',
    ];
    const { status, stdout } = await appimage(args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: output,
      blockSize: 2048,
      length: 5000,
      urls: ['https://a.example/x', 'y'],
      measured: [],
    });
  });

  test('measures against an older version', async () => {
    const { status, stdout } = await appimage(['zsync', makeFile(), '--against', makeFile(), '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).measured[0]).toEqual({
      blockSize: 1024,
      controlFileSize: expect.any(Number),
      bytesToFetch: 0,
    });
  });

  test('refuses what is no block size, no URL or no file', async () => {
    const file = makeFile();
    expect(await appimage(['zsync', file, '--block-size', '1000'])).toMatchObject({ status: 2 });
    expect(await appimage(['zsync', file, '--url', 'a b'])).toMatchObject({ status: 2 });
    expect(await appimage(['zsync', join(file, 'nothing')])).toMatchObject({ status: 1 });
  });
});
