import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder, testWith } from '@appimage-js/testing';
import { serveRanges } from '@appimage-js/testing/range-server';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../src/io/byte-source.ts';
import { type ComputeZsyncOptions, computeZsync, serializeZsync } from '../../src/zsync/index.ts';
import { noise } from '../support/trees.ts';

/** Runs the client, past any proxy that the environment names. */
async function zsync(cwd: string, ...args: string[]): Promise<void> {
  const { PATH = '' } = process.env;
  await execa('zsync', ['-q', ...args], { cwd, extendEnv: false, env: { PATH } });
}

/**
 * Lets the client fetch `target` with our control file; answers what it made and how many bytes of the target it
 * fetched.
 */
async function download(
  folder: string,
  target: Uint8Array,
  seeds: readonly Uint8Array[] = [],
  options: Partial<ComputeZsyncOptions> = {},
): Promise<{ readonly result: Uint8Array; readonly fetched: number }> {
  const { fileName = 'App-1.0.AppImage' } = options;
  const control = await computeZsync(bufferSource(target), { mtime: 1_700_000_000, ...options, fileName });
  await using server = await serveRanges({ [fileName]: target });
  writeFileSync(join(folder, 'control.zsync'), serializeZsync(control));
  const seedArguments = seeds.flatMap((seed, index) => {
    writeFileSync(join(folder, `seed-${index}`), seed);
    return ['-i', `seed-${index}`];
  });
  const output = `result-${crypto.randomUUID()}`;
  const referer = `${server.url}control.zsync`;
  await zsync(folder, ...seedArguments, '-u', referer, '-o', output, 'control.zsync');
  return { result: readFileSync(join(folder, output)), fetched: server.sent.get(fileName) ?? 0 };
}

describe('zsync 0.6.2, with a control file of ours,', () => {
  const folder = sharedFolder();

  testWith(['zsync'], 'downloads files of every kind of length', async () => {
    for (const size of [1, 1000, 2047, 2048, 2049, 4096, 300_000]) {
      const target = noise(size);
      const { result, fetched } = await download(folder, target);
      expect(Buffer.compare(result, target), String(size)).toBe(0);
      expect(fetched, String(size)).toBeGreaterThanOrEqual(size);
    }
  });

  testWith(['zsync'], 'takes from an older file what it has, also where it has moved', async () => {
    const target = noise(1_000_000);
    const older = Buffer.concat([noise(777, 2), target.subarray(0, 500_000), noise(5000, 3), target.subarray(520_000)]);
    const { result, fetched } = await download(folder, target, [older]);
    expect(Buffer.compare(result, target)).toBe(0);
    expect(fetched).toBeLessThan(30_000);
    expect(fetched).toBeGreaterThanOrEqual(20_000);
  });

  testWith(['zsync'], 'fetches nothing when it has the file already', async () => {
    const target = noise(123_456);
    expect(await download(folder, target, [target])).toMatchObject({ fetched: 0 });
  });

  for (const generation of ['0.6.2', '0.6.3', 'cph6'] as const) {
    testWith(['zsync'], `reads the hash lengths of ${generation}`, async () => {
      const target = noise(600_000, 5);
      const { result, fetched } = await download(folder, target, [target.subarray(100_000)], { generation });
      expect(Buffer.compare(result, target)).toBe(0);
      expect(fetched).toBeLessThan(110_000);
    });
  }

  testWith(['zsync'], 'reads blocks of other sizes', async () => {
    for (const blockSize of [1024, 8192, 65_536]) {
      const target = noise(400_000, 6);
      const { result, fetched } = await download(folder, target, [target.subarray(150_000)], { blockSize });
      expect(Buffer.compare(result, target), String(blockSize)).toBe(0);
      expect(fetched, String(blockSize)).toBeLessThan(150_000 + 2 * blockSize);
    }
  });

  testWith(['zsync'], 'finds the file under a name that has to be escaped', async () => {
    const target = noise(5000);
    const fileName = 'An App: 100 % + #1? (ä).AppImage';
    const { result, fetched } = await download(folder, target, [], { fileName });
    expect(Buffer.compare(result, target)).toBe(0);
    expect(fetched).toBeGreaterThanOrEqual(5000);
  });

  testWith(['zsync'], 'refuses a file whose sums were made with a hash that it does not know', async () => {
    await expect(download(folder, noise(5000), [], { strongHash: 'MD5' })).rejects.toMatchObject({
      stderr: expect.stringContaining('unrecognised tag Strong-Hash-Algorithm'),
    });
  });
});
