import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import {
  bufferSource,
  type ComputeZsyncOptions,
  computeZsync,
  type StrongHashName,
  type ZsyncControl,
} from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { BlockReceiver } from '../../src/fetch/block-receiver.ts';
import { openAssembly } from '../../src/zsync/assembly.ts';
import { indexBlocks } from '../../src/zsync/block-index.ts';
import { compareWithControlFile } from '../../src/zsync/index.ts';
import { targetBlocks } from '../../src/zsync/make-target-blocks.ts';
import { SeedScanner } from '../../src/zsync/seed-scanner.ts';
import { foundBytes, isComplete } from '../../src/zsync/target-blocks.ts';
import { join, noise } from '../fetch/noise.ts';

function controlOf(target: Uint8Array, options: Partial<ComputeZsyncOptions> = {}): Promise<ZsyncControl> {
  return computeZsync(bufferSource(target), { fileName: 'target', mtime: 0, ...options });
}

/** Puts together what a seed has of a target; answers the bytes that were found, and the file. */
async function assemble(control: ZsyncControl, seed: Uint8Array, before?: Uint8Array) {
  const folder = temporaryFolder();
  const [path, target] = [joinPath(folder, 'seed'), joinPath(folder, 'target')];
  writeFileSync(path, seed);
  if (before) writeFileSync(target, before);
  await using assembly = await openAssembly({ control, target });
  await assembly.addSeed(path);
  return { found: foundBytes(assembly.blocks), bytes: readFileSync(target), isWhole: isComplete(assembly.blocks) };
}

describe('a target', () => {
  const target = noise(300_000, 3);

  test('is whole when a seed has all of it, wherever that is', async () => {
    for (const strongHash of ['MD4', 'MD5', 'SHA-224'] satisfies StrongHashName[]) {
      const { bytes, isWhole } = await assemble(await controlOf(target, { strongHash }), join(noise(777, 4), target));
      expect(isWhole, strongHash).toBe(true);
      expect(Buffer.compare(bytes, target), strongHash).toBe(0);
    }
  });

  test('is found by weak sums of every length', async () => {
    const control = await controlOf(target, { generation: 'cph6' });
    for (const weak of [1, 2, 3, 4]) {
      for (const sequentialMatches of [1, 2]) {
        const mask = 0xffffffff >>> (32 - 8 * weak);
        const sums = { ...control.sums, weak: control.sums.weak.map((sum) => (sum & mask) >>> 0) };
        const hashLengths = { ...control.hashLengths, weak, sequentialMatches };
        const { isWhole } = await assemble({ ...control, hashLengths, sums }, join(noise(99, 5), target));
        expect(isWhole, `${weak}, ${sequentialMatches}`).toBe(true);
      }
    }
  });

  test('takes single blocks that have kept their places, where two in a row are asked for', async () => {
    const control = await controlOf(target);
    expect(control.hashLengths.sequentialMatches).toBe(2);
    const seed = Uint8Array.from(target, (byte, index) => (Math.floor(index / 2048) % 2 === 0 ? byte : byte ^ 1));
    const { found } = await assemble(control, seed);
    expect(found).toBeGreaterThan(148_000);
  });

  test('keeps what is in its place already, and zeros need nobody', async () => {
    const sparse = join(target.subarray(0, 100_000), new Uint8Array(200_000), noise(5000, 6));
    const control = await controlOf(sparse);
    const before = join(sparse.subarray(0, 50_000), noise(100_000, 7));
    const { found, bytes } = await assemble(control, new Uint8Array(0), before);
    expect(found).toBeGreaterThan(240_000);
    expect(Buffer.compare(bytes.subarray(102_400, 299_008), Buffer.alloc(196_608))).toBe(0);
  });

  test('has both of two copies at different distances from a block', async () => {
    const twice = join(target, target);
    const control = await controlOf(twice);
    const { found } = await assemble(control, join(noise(55, 8), target, noise(1000, 9), target));
    expect(found).toBeGreaterThanOrEqual(600_000 - 3 * 2048);
  });

  test('is not waited for when somebody has made sums that are always met', async () => {
    const control = await controlOf(noise(2_000_000, 10), { blockSize: 512 });
    const sums = { weak: control.sums.weak.map(() => 0), strong: control.sums.strong };
    const { found } = await assemble({ ...control, sums }, new Uint8Array(3_000_000));
    expect(found).toBe(0);
  });

  test('may have more than 4 GiB', async () => {
    const blockSize = 65_536;
    const data = noise(4 * blockSize, 12);
    const some = await controlOf(join(data, new Uint8Array(blockSize)), { blockSize, generation: 'cph6' });
    const count = 2 ** 16 + 100;
    const weak = new Uint32Array(count);
    const strong = new Uint8Array(16 * count);
    // Zeros everywhere but in the blocks around the 4 GiB, which are those of the seed.
    for (let block = 0; block < count; block++) {
      const from = block >= 2 ** 16 - 2 && block < 2 ** 16 + 2 ? block - 2 ** 16 + 2 : 4;
      weak[block] = some.sums.weak[from] as number;
      strong.set(some.sums.strong.subarray(16 * from, 16 * from + 16), 16 * block);
    }
    const control = { ...some, length: count * blockSize - 5, sums: { weak, strong } };
    const folder = temporaryFolder();
    const [path, target] = [joinPath(folder, 'seed'), joinPath(folder, 'target')];
    writeFileSync(path, data);
    await using assembly = await openAssembly({ control, target });
    await assembly.addSeed(path);
    expect(isComplete(assembly.blocks)).toBe(true);
    expect(statSync(target).size).toBe(control.length);
    const bytes = Buffer.alloc(data.length);
    await assembly.file.read(bytes, 0, bytes.length, 2 ** 32 - 2 * blockSize);
    expect(Buffer.compare(bytes, data)).toBe(0);
  });

  test('is found in a seed beyond 4 GiB', async () => {
    const blocks = targetBlocks(await controlOf(target));
    const seed = join(noise(333, 13), target);
    const start = 2 ** 32 + 4321;
    const places: number[] = [];
    const scanner = new SeedScanner(blocks, indexBlocks(blocks), (block) => void places.push(block));
    const read = (offset: number, bytes: Uint8Array): void => {
      bytes.set(seed.subarray(offset - start, offset - start + bytes.length));
    };
    const section = { size: start + seed.length, start, end: start + seed.length, read };
    scanner.scan(section, () => undefined);
    expect(places).toHaveLength(blocks.count);
    expect(isComplete(blocks)).toBe(true);
  });
});

describe('a target that is long enough for threads', () => {
  const blockSize = 65_536;
  const content = new Uint8Array(1100 * blockSize - 7);
  const missing = [3, 40, 1099];
  for (const block of missing) content.set(noise(1000, block), block * blockSize);

  test('is hashed while the last blocks come in, and the hashes are those of all of it', async () => {
    const control = await controlOf(content, { blockSize });
    const target = joinPath(temporaryFolder(), 'target');
    await using assembly = await openAssembly({ control, target });
    expect(isComplete(assembly.blocks)).toBe(false);
    assembly.beginHash(['sha1', 'sha256']);
    for (const block of missing.toReversed()) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const receiver = new BlockReceiver(assembly, target, () => undefined);
      receiver.begin(block * blockSize);
      receiver.add(content.subarray(block * blockSize, (block + 1) * blockSize));
    }
    expect(isComplete(assembly.blocks)).toBe(true);
    const digests = ['sha1', 'sha256'].map((name) => createHash(name).update(content).digest('hex'));
    expect(await assembly.hash(['sha1', 'sha256'])).toEqual(digests);
  });

  test('is given up while its hashes wait for blocks', async () => {
    const control = await controlOf(content, { blockSize });
    const target = joinPath(temporaryFolder(), 'target');
    const abort = new AbortController();
    await using assembly = await openAssembly({ control, target, signal: abort.signal });
    assembly.beginHash(['sha1']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    abort.abort(new Error('enough'));
    await expect(assembly.hash(['sha1'])).rejects.toThrow('enough');
  });
});

test('a file is compared with a control file by its hashes', async () => {
  const target = noise(10_000);
  const path = joinPath(temporaryFolder(), 'file');
  writeFileSync(path, target);
  const control = await controlOf(target);
  expect(await compareWithControlFile(path, control)).toEqual({ isSame: true, sha1: control.sha1 });
  expect(await compareWithControlFile(path, { ...control, fileHashes: [] })).toMatchObject({ isSame: true });
  expect(await compareWithControlFile(path, { ...control, fileHashes: [], sha1: null })).toMatchObject({
    isSame: undefined,
  });
  expect(await compareWithControlFile(path, await controlOf(noise(10_000, 2)))).toMatchObject({ isSame: false });
  expect(await compareWithControlFile(path, await controlOf(noise(9999)))).toEqual({ isSame: false, sha1: undefined });
});
