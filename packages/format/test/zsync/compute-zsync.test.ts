import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { computeZsync, parseZsync, serializeZsync } from '../../src/zsync/index.ts';
import { faultySource } from '../support/hostile.ts';
import { noise } from '../support/trees.ts';

const OPTIONS = { fileName: 'App.AppImage', mtime: 1_700_000_000 };

describe('computing a control file', () => {
  test('hashes the file as it is, without the zeros that fill its last block', async () => {
    const content = noise(5000);
    const control = await computeZsync(bufferSource(content), OPTIONS);
    const hash = (algorithm: string) => createHash(algorithm).update(content).digest('hex');
    expect(control.sha1).toBe(hash('sha1'));
    expect(control.fileHashes).toEqual([{ algorithm: 'SHA-256', digest: hash('sha256') }]);
    expect(control).toMatchObject({
      ...OPTIONS,
      length: 5000,
      blockSize: 2048,
      urls: ['App.AppImage'],
      generator: '0.6.2',
    });
  });

  test('gives the same result with every source of hashes and on every run', async () => {
    const source = bufferSource(noise(20_000_000));
    const control = await computeZsync(source, OPTIONS);
    expect(await computeZsync(source, { ...OPTIONS, hashes: nodeHashes })).toEqual(control);
    expect(parseZsync(serializeZsync(control))).toEqual(control);
  });

  test.each([
    ['MD5', 'md5', 16],
    ['SHA-224', 'sha224', 28],
  ] as const)('can sum blocks by %s', async (strongHash, algorithm, size) => {
    const content = noise(3000);
    const control = await computeZsync(bufferSource(content), {
      ...OPTIONS,
      strongHash,
      generation: 'cph6',
      blockSize: 1024,
    });
    const block = Buffer.concat([content.subarray(2048), Buffer.alloc(72)]);
    expect(control.hashLengths).toEqual({ sequentialMatches: 1, weak: 4, strong: size });
    expect(Buffer.from(control.sums.strong.subarray(2 * size))).toEqual(createHash(algorithm).update(block).digest());
  });

  test('takes blocks larger than what is read at once', async () => {
    const content = noise(5_000_000);
    const control = await computeZsync(bufferSource(content), {
      ...OPTIONS,
      blockSize: 4_194_304,
      strongHash: 'MD5',
      generation: 'cph6',
    });
    expect(Buffer.from(control.sums.strong.subarray(0, 16))).toEqual(
      createHash('md5').update(content.subarray(0, 4_194_304)).digest(),
    );
  });

  test('keeps the URLs that are given', async () => {
    const urls = ['https://example.org/App.AppImage', 'mirror/App.AppImage'];
    expect((await computeZsync(bufferSource(noise(1)), { ...OPTIONS, urls })).urls).toEqual(urls);
  });

  test('tells how far it is', async () => {
    const told: (readonly [number, number])[] = [];
    await computeZsync(bufferSource(noise(2_500_000)), {
      ...OPTIONS,
      onProgress: (done, total) => told.push([done, total]),
    });
    expect(told).toEqual([
      [1_048_576, 2_500_000],
      [2_097_152, 2_500_000],
      [2_500_000, 2_500_000],
    ]);
  });

  test('refuses an empty file', async () => {
    await expect(computeZsync(bufferSource(new Uint8Array(0)), OPTIONS)).rejects.toMatchObject({
      code: 'malformed',
      message: 'Cannot make .zsync file: expected a file, found an empty one',
    });
  });

  test.each([
    ['a name with directories', { fileName: 'a/b' }],
    ['no name', { fileName: '' }],
    ['half a second', { mtime: 0.5 }],
    ['a time before 1970', { mtime: -1 }],
  ])('refuses %s', async (_, options) => {
    await expect(computeZsync(bufferSource(noise(1)), { ...OPTIONS, ...options })).rejects.toThrow(RangeError);
  });

  test.each([0, 3, 1000, -1024, 2 ** 25, Number.NaN])('refuses blocks of %d bytes', async (blockSize) => {
    await expect(computeZsync(bufferSource(noise(1)), { ...OPTIONS, blockSize })).rejects.toThrow(RangeError);
  });

  test('ends when it is told to', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = () => controller.abort(reason);
    const options = { ...OPTIONS, hashes: nodeHashes, signal: controller.signal, onProgress };
    await expect(computeZsync(bufferSource(noise(20_000_000)), options)).rejects.toBe(reason);
  });

  test('fails when any read fails', async () => {
    const content = noise(20_000_000);
    for (const fault of [1, 2, 10, 20]) {
      const error = new Error(`fault ${fault}`);
      const source = faultySource(bufferSource(content), fault, error);
      await expect(computeZsync(source, { ...OPTIONS, hashes: nodeHashes })).rejects.toBe(error);
      expect(isAppImageError(error)).toBe(false);
    }
  });
});
