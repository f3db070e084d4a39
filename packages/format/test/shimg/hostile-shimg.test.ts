import { describe, expect, test } from 'vitest';
import { describeAppImage, openAppImage } from '../../src/appimage/index.ts';
import { AppImageError } from '../../src/errors.ts';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../src/node/codecs.ts';
import { readShImg, type ShImg } from '../../src/shimg/read-shimg.ts';
import { exploreFiles } from '../support/explore-files.ts';
import { faultySource, smallImage, strangers } from '../support/hostile.ts';
import { makeZip } from '../zip/make-zip.ts';

describe('a hostile shImg', () => {
  const small = async () => {
    const image = await smallImage();
    const zip = makeZip(
      [
        { name: '.APPIMAGE_RESOURCES/update_info', content: 'zsync|x' },
        { name: '.APPIMAGE_RESOURCES/icon/default.png', content: 'png', deflate: true },
      ],
      {},
    );
    const text =
      '#!/bin/sh\n#.shImg.#\nversion=1\nx86_64_offset=00020\nx86_64_length=00030\nimage_offset=00110\n'.padEnd(
        110,
        '\n',
      );
    return Buffer.concat([Buffer.from(text), image.subarray(0, 2000), zip]);
  };

  const explore = async (source: ByteSource): Promise<unknown[]> => {
    let shImg: ShImg;
    try {
      shImg = await readShImg(source);
    } catch (error) {
      return [error];
    }
    const { integrationZip } = shImg;
    if (integrationZip === undefined) return [];
    const errors = await exploreFiles(async () => integrationZip.files);
    return [
      ...errors,
      ...(await integrationZip.readUpdateInformation().then(
        () => [],
        (error: unknown) => [error],
      )),
    ];
  };

  test('with any one byte changed gives other values or an AppImageError', async () => {
    const bytes = await small();
    // The image is cut off here, so that the zip is ahead of where it should end.
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(110 + 40, 2000n, true);
    expect((await readShImg(bufferSource(bytes))).integrationZip).toBeDefined();
    for (let place = 0; place < bytes.length; place++) {
      if (place > 110 + 96 && place < 110 + 2000) continue;
      for (const value of [0, 0xff, (bytes[place] as number) ^ 1]) {
        const hostile = Buffer.from(bytes);
        hostile[place] = value;
        expect(strangers(await explore(bufferSource(hostile))), `byte ${place}`).toEqual([]);
      }
    }
  });

  test('with a helper outside of the file tells that as a problem', async () => {
    const text = '#!/bin/sh\n#.shImg.#\nx86_64_offset=20\nx86_64_length=3000000\nimage_offset=110\n'.padEnd(110, '\n');
    const bytes = Buffer.concat([Buffer.from(text), await smallImage()]);
    expect(await readShImg(bufferSource(bytes))).toMatchObject({
      payload: { kind: 'squashfs', offset: 110 },
      problems: [{ part: 'helper', error: { code: 'malformed', offset: 19 } }],
    });
  });

  test('with a damaged zip is described without it, and its image is read', async () => {
    const text = '#!/bin/sh\n#.shImg.#\nimage_offset=60\n'.padEnd(60, '\n');
    const zip = Buffer.from(makeZip([{ name: '.APPIMAGE_RESOURCES/signature', content: 'x' }]));
    zip.set([0, 0, 0, 0], zip.length - 22 - zip.readUInt32LE(zip.length - 22 + 12)); // where the directory begins
    const bytes = Buffer.concat([Buffer.from(text), await smallImage(), zip]);
    await using image = await openAppImage(bytes, { decompressors: nodeDecompressors });
    expect(image).toMatchObject({ type: 'shimg', problem: undefined, shImg: { integrationZip: undefined } });
    expect(await image.files.readDirectory('')).not.toEqual([]);
    expect(await describeAppImage(image)).toMatchObject({
      signature: { state: 'unreadable' },
      problems: expect.arrayContaining([
        { part: 'integration-zip', code: expect.any(String), message: expect.any(String) },
      ]),
    });
  });

  test.each([
    ['beyond the end', 'image_offset=99999999999999'],
    ['nowhere', ''],
  ])('with an image %s is malformed', async (_, line) => {
    const bytes = Buffer.from(`#!/bin/sh\n#.shImg.#\n${line}\n`);
    await expect(readShImg(bufferSource(bytes))).rejects.toMatchObject({ code: 'malformed' });
  });

  test('reads no more than 64 KiB of a script that goes on', async () => {
    const bytes = Buffer.concat([
      Buffer.from('#!/bin/sh\n#.shImg.#\n'),
      Buffer.alloc(70_000, '#\n'),
      Buffer.from('image_offset=5\n'),
    ]);
    await expect(readShImg(bufferSource(bytes))).rejects.toMatchObject({
      message: expect.stringContaining('no offset at all'),
    });
  });

  test('whose reads fail gives the failure', async () => {
    const bytes = await small();
    const whole = faultySource(bufferSource(bytes), 0, new Error('never'));
    await explore(whole);
    for (let number = 1; number <= whole.reads; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      expect(await explore(faultySource(bufferSource(bytes), number, fault)), fault.message).toContain(fault);
    }
  });
});
