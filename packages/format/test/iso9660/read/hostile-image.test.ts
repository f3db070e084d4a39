import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import type { Decompressor, Decompressors } from '../../../src/compression/codec.ts';
import { AppImageError } from '../../../src/errors.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { faultySource, strangers } from '../../support/hostile.ts';
import { exploreIso, smallTree } from '../support/explore.ts';
import { COMPRESSED, writeIso, writeIsoReport } from '../support/write-image.ts';

const DESCRIPTORS = 32_768;

/** The places of an image where something else than content is written, without what is always zero. */
async function metadataOf(): Promise<{ readonly image: Uint8Array; readonly places: number[] }> {
  const { bytes: image, written } = await writeIsoReport(smallTree(), COMPRESSED);
  const isZisofsStart = (place: number) =>
    Buffer.from(image.subarray(place - (place % 2048))).indexOf('37e45396', 'hex') === 0 && place % 2048 < 128;
  const places = range(DESCRIPTORS, image.length).filter((place) =>
    place < written.dataOffset ? image[place] !== 0 || place % 2048 < 300 : isZisofsStart(place),
  );
  return { image, places };
}

describe('any one byte changed', () => {
  test.each([
    ['to its opposite', (byte: number) => byte ^ 0xff],
    ['by one bit at the bottom', (byte: number) => byte ^ 0x01],
    ['by one bit at the top', (byte: number) => byte ^ 0x80],
    ['to zero', () => 0],
  ])(
    '%s gives other content or an AppImageError',
    async (_, change) => {
      const { image, places } = await metadataOf();
      expect(places.length).toBeGreaterThan(4000);
      for (const place of places) {
        const hostile = image.slice();
        hostile[place] = change(hostile[place] as number);
        expect(strangers(await exploreIso(hostile)), `byte ${place}`).toEqual([]);
      }
    },
    120_000,
  );

  for (const [what, tool, ...args] of [
    ['Joliet', 'genisoimage', '-quiet', '-J'],
    ['moved directories', 'genisoimage', '-quiet', '-R'],
    ['attributes', 'xorriso', '-as', 'mkisofs', '-quiet', '-R', '--xattr', '--md5'],
  ] as const) {
    testWith([tool], `in an image with ${what} gives other content or an AppImageError`, async () => {
      const folder = temporaryFolder();
      run('mkdir', ['-p', join(folder, '1/2/3/4/5/6/7/8/9/10')]);
      writeFileSync(join(folder, '1/2/3/4/5/6/7/8/9/10/file'), 'content');
      const path = join(temporaryFolder(), 'image.iso');
      run(tool, [...args, '-o', path, folder]);
      const image = new Uint8Array(readFileSync(path));
      const places = range(DESCRIPTORS, image.length).filter((place) => image[place] !== 0);
      expect(places.length).toBeGreaterThan(2000);
      for (const place of places) {
        const hostile = image.slice();
        hostile[place] = (hostile[place] as number) ^ 0xff;
        expect(strangers(await exploreIso(hostile)), `byte ${place}`).toEqual([]);
      }
    });
  }
});

test('several bytes changed at random give other content or an AppImageError', async () => {
  const { image, places } = await metadataOf();
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  const random = seededRandom(seed);
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  for (let round = 0; round < 4000; round++) {
    const hostile = image.slice();
    for (let count = Math.ceil(random() * 8); count > 0; count--) {
      const place = places[Math.floor(random() * places.length)] as number;
      const value = random() < 0.5 ? interesting[Math.floor(random() * interesting.length)] : random() * 256;
      hostile[place] = value as number;
    }
    expect(strangers(await exploreIso(hostile)), `TEST_SEED=${seed}, round ${round}`).toEqual([]);
  }
}, 120_000);

test('an image cut off anywhere is refused as out of bounds', async () => {
  const image = await writeIso(smallTree(), COMPRESSED);
  for (const length of [
    0,
    1,
    32_767,
    32_768,
    34_815,
    ...range(16, image.length / 2048).map((sector) => sector * 2048),
  ]) {
    const errors = await exploreIso(image.subarray(0, length));
    expect(errors, `${length} bytes`).toMatchObject([{ name: 'AppImageError', code: 'out-of-bounds' }]);
  }
});

describe('a failure', () => {
  test('of any read is the error that is seen, and the same read may succeed later', async () => {
    const image = bufferSource(await writeIso(smallTree(), COMPRESSED));
    const whole = faultySource(image, 0, new Error('never'));
    expect(await exploreIso(whole)).toEqual([]);
    expect(whole.reads).toBeGreaterThan(8);
    for (const number of range(1, whole.reads + 1)) {
      const fault = new AppImageError('io', `fault ${number}`);
      expect(await exploreIso(faultySource(image, number, fault)), fault.message).toEqual([fault]);
    }
  });

  test('of any decompression is the error that is seen, and the same block may be read later', async () => {
    const image = await writeIso(smallTree(), COMPRESSED);
    let failures = 0;
    for (const number of range(1, 30)) {
      const errors = await exploreIso(image, faultyGzip(number));
      if (errors.length === 0) break;
      failures += 1;
      expect(errors).toMatchObject([
        {
          name: 'AppImageError',
          code: 'malformed',
          offset: expect.any(Number),
          path: expect.stringMatching(/^(prose|zeros)$/),
        },
      ]);
      expect((errors[0] as Error).message).toMatch(new RegExp(`: the image is damaged, .*\\(fault ${number}\\)$`));
    }
    expect(failures).toBe(4);
  });
});

function faultyGzip(fault: number): Decompressors {
  let calls = 0;
  const gzip = nodeDecompressors.gzip as Decompressor;
  const decompress: Decompressor['decompress'] = async (data, maximumLength) => {
    calls += 1;
    if (calls === fault) throw new AppImageError('malformed', `fault ${fault}`);
    return gzip.decompress(data, maximumLength);
  };
  return { gzip: { name: 'gzip', decompress } };
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
