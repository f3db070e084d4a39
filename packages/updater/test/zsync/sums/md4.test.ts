import { portableHashes } from '@appimage-js/format';
import { expect, test } from 'vitest';
import { Md4 } from '../../../src/zsync/sums/md4.ts';
import { noise } from '../../fetch/noise.ts';

test('MD4 is what a library computes, at every length around its chunks and from any place', async () => {
  const hasher = await portableHashes.create('MD4');
  const bytes = noise(5000);
  const md4 = new Md4(4096);
  for (const length of [0, 1, 3, 4, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 2048, 4095, 4096]) {
    const start = length % 7;
    hasher.update(bytes.subarray(start, start + length));
    expect(Array.from(md4.hash(bytes, start, start + length)), String(length)).toEqual(Array.from(hasher.digest()));
  }
});
