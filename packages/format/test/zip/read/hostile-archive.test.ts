import { seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { AppImageError } from '../../../src/errors.ts';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { ZipFlag } from '../../../src/zip/general-flags.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import { exploreFiles } from '../../support/explore-files.ts';
import { faultySource, strangers } from '../../support/hostile.ts';
import { noise, prose } from '../../support/trees.ts';
import { makeZip } from '../make-zip.ts';

/** A little of everything, behind something else; small, so that each byte can have its turn. */
function smallArchive(): Uint8Array {
  const later = { flags: ZipFlag.dataDescriptor };
  return makeZip(
    [
      { name: 'folder/', mode: 0o040755 },
      { name: 'folder/stored', content: 'content' },
      { name: 'folder/deflated', content: prose(3000), deflate: true },
      { name: 'link', content: 'folder/stored', mode: 0o120777 },
      { name: 'described', content: 'x', deflate: true, central: later, local: { ...later, crc32: 0 } },
      { name: Uint8Array.of(0x61, 0xff) },
    ],
    { prefix: noise(33), comment: 'comment' },
  );
}

const explore = (source: Uint8Array | ByteSource) =>
  exploreFiles(() => openZip(source instanceof Uint8Array ? bufferSource(source) : source));

describe('any one byte changed', () => {
  test.each([
    ['to its opposite', (byte: number) => byte ^ 0xff],
    ['by one bit at the bottom', (byte: number) => byte ^ 0x01],
    ['by one bit at the top', (byte: number) => byte ^ 0x80],
    ['to zero', () => 0],
  ])('%s gives other content or an AppImageError', async (_, change) => {
    const archive = smallArchive();
    expect(await explore(archive)).toEqual([]);
    for (let place = 0; place < archive.length; place++) {
      const hostile = archive.slice();
      hostile[place] = change(hostile[place] as number);
      expect(strangers(await explore(hostile)), `byte ${place}`).toEqual([]);
    }
  });
});

test('several bytes changed at random give other content or an AppImageError', async () => {
  const archive = smallArchive();
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  const random = seededRandom(seed);
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  for (let round = 0; round < 2000; round++) {
    const hostile = archive.slice();
    for (let count = Math.ceil(random() * 8); count > 0; count--) {
      const value = random() < 0.5 ? interesting[Math.floor(random() * interesting.length)] : random() * 256;
      hostile[Math.floor(random() * archive.length)] = value as number;
    }
    expect(strangers(await explore(hostile)), `TEST_SEED=${seed}, round ${round}`).toEqual([]);
  }
});

test('an archive cut off anywhere gives only AppImageErrors', async () => {
  const archive = smallArchive();
  for (let length = 0; length < archive.length; length++) {
    const errors = await explore(archive.subarray(0, length));
    expect(errors, `${length} bytes`).toMatchObject([{ name: 'AppImageError', code: 'malformed' }]);
  }
});

test('a failure of any read is the error that is seen, and the same read may succeed later', async () => {
  const large = makeZip([
    { name: 'stored', content: noise(700_000) },
    { name: 'deflated', content: noise(700_000, 2), deflate: true },
    { name: 'small', content: 'x' },
    { name: 'link', content: 'small', mode: 0o120777 },
    { name: 'last', content: noise(100_000) },
  ]);
  const source = bufferSource(large);
  const whole = faultySource(source, 0, new Error('never'));
  expect(await explore(whole)).toEqual([]);
  expect(whole.reads).toBeGreaterThan(10);
  for (let number = 1; number <= whole.reads; number++) {
    const fault = new AppImageError('io', `fault ${number}`);
    expect(await explore(faultySource(source, number, fault)), fault.message).toEqual([fault]);
  }
});
