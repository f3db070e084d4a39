import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import {
  explore,
  faultyDecompressors,
  faultySource,
  smallImage,
  smallTree,
  spreadTree,
  strangers,
} from '../../support/hostile.ts';
import { directory, file, prose, writeImage } from '../../support/trees.ts';

/** Where an image's metadata begins: what is before it are contents, which may be anything. */
function metadataStart(image: Uint8Array): number {
  return Number(new DataView(image.buffer, image.byteOffset).getBigUint64(64, true));
}

describe('any one byte changed', () => {
  test.each([
    ['to its opposite', (byte: number) => byte ^ 0xff],
    ['by one bit at the bottom', (byte: number) => byte ^ 0x01],
    ['by one bit at the top', (byte: number) => byte ^ 0x80],
    ['to zero', () => 0],
  ])('%s gives other content or an AppImageError', async (_, change) => {
    const image = await smallImage();
    const places = [...new Array(96).keys(), ...range(metadataStart(image), image.length)];
    for (const place of places) {
      const hostile = image.slice();
      hostile[place] = change(hostile[place] as number);
      expect(strangers(await explore(hostile)), `byte ${place}`).toEqual([]);
    }
  });

  test('in a compressed image gives other content or an AppImageError', async () => {
    const image = await writeImage(smallTree(), { blockSize: 4096, padding: 1 });
    for (const place of range(96, image.length)) {
      const hostile = image.slice();
      hostile[place] = (hostile[place] as number) ^ 0xff;
      expect(strangers(await explore(hostile)), `byte ${place}`).toEqual([]);
    }
  });
});

test('several bytes changed at random give other content or an AppImageError', async () => {
  const image = await smallImage();
  const start = metadataStart(image);
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  const random = seededRandom(seed);
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  for (let round = 0; round < 6000; round++) {
    const hostile = image.slice();
    for (let count = Math.ceil(random() * 8); count > 0; count--) {
      const inSuperblock = random() < 0.2;
      const place = inSuperblock ? 4 + random() * 92 : start + random() * (image.length - start);
      const value = random() < 0.5 ? interesting[Math.floor(random() * interesting.length)] : random() * 256;
      hostile[Math.floor(place)] = value as number;
    }
    expect(strangers(await explore(hostile)), `TEST_SEED=${seed}, round ${round}`).toEqual([]);
  }
});

test('an image cut off anywhere is refused as out of bounds', async () => {
  const image = await smallImage();
  for (const length of range(0, image.length)) {
    const errors = await explore(image.subarray(0, length));
    expect(errors, `${length} bytes`).toMatchObject([{ name: 'AppImageError', code: 'out-of-bounds' }]);
  }
});

describe('a failure', () => {
  test('of any read is the error that is seen, and the same read may succeed later', async () => {
    const image = bufferSource(await writeImage(spreadTree(), { blockSize: 4096 }));
    const whole = faultySource(image, 0, new Error('never'));
    expect(await explore(whole)).toEqual([]);
    expect(whole.reads).toBeGreaterThan(25);
    for (const number of range(1, whole.reads + 1)) {
      const fault = new AppImageError('io', `fault ${number}`);
      expect(await explore(faultySource(image, number, fault)), fault.message).toEqual([fault]);
    }
  });

  test('of any decompression is the error that is seen, and the same block may be read later', async () => {
    const root = directory({ text: file(prose(30_000)), more: smallTree() });
    const image = await writeImage(root, { blockSize: 4096, tailPacking: 'always' });
    let failures = 0;
    for (const number of range(1, 30)) {
      const errors = await explore(image, faultyDecompressors(number));
      if (errors.length === 0) break;
      failures += 1;
      expect(errors).toMatchObject([
        { name: 'AppImageError', code: 'malformed', offset: expect.any(Number), path: expect.any(String) },
      ]);
      expect((errors[0] as Error).message).toMatch(new RegExp(`: the image is damaged, .*\\(fault ${number}\\)$`));
    }
    expect(failures).toBeGreaterThan(4);
    expect(failures).toBeLessThan(29);
  });
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
