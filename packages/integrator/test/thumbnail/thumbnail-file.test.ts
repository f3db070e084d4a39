import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeIcon } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { picturePng, pngPixels } from '@appimage-js/testing/pictures';
import { describe, expect, test } from 'vitest';
import { thumbnailFile } from '../../src/index.ts';
import { probeEntry, svg, writeAppImage } from '../support/image.ts';

const RED = [255, 0, 0, 255] as const;
const image = (tree: Parameters<typeof writeAppImage>[1]) =>
  writeAppImage(join(temporaryFolder(), 'a.AppImage'), { AppRun: '#!/bin/sh\n', ...tree });

describe('thumbnailFile', () => {
  test.each([
    [16, 16],
    [256, 256],
    [2000, 1024],
  ])('draws an SVG with %d pixels as %d', async (size, expected) => {
    const path = await image({ 'probe.desktop': probeEntry('1'), 'probe.svg': svg('<circle r="9"/>') });
    expect(await describeIcon(await thumbnailFile(path, { size }))).toMatchObject({
      width: expected,
      height: expected,
    });
  });

  test('draws .DirIcon of an image that has no menu entry, and no larger than it is', async () => {
    const path = await image({ '.DirIcon': picturePng(64, 64, RED) });
    const png = await thumbnailFile(path);
    expect(await describeIcon(png)).toMatchObject({ format: 'png', width: 64 });
    expect(pngPixels(png)[0]).toEqual([...RED]);
  });

  test('says what is wrong with an image that has no icon, or none that can be drawn', async () => {
    await expect(thumbnailFile(await image({}))).rejects.toMatchObject({ code: 'not-found', message: /found none$/ });
    const broken = await image({ 'probe.desktop': probeEntry('1'), 'probe.svg': svg('<rect width="') });
    await expect(thumbnailFile(broken)).rejects.toMatchObject({
      code: 'not-found',
      message: /probe\.svg can not be drawn/,
    });
  });

  test('draws nothing of what is no image, and not 0 pixels', async () => {
    const path = join(temporaryFolder(), 'a.AppImage');
    writeFileSync(path, 'no image');
    await expect(thumbnailFile(path)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(thumbnailFile(path, { size: 0 })).rejects.toThrow(RangeError);
  });
});
