import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CompressionName } from '../../../../src/compression/codec.ts';
import type { BatchFile } from '../../../../src/node/extract/batches/batch.ts';
import { BatchPool } from '../../../../src/node/extract/batches/batch-pool.ts';
import type { BatchResult } from '../../../../src/node/extract/batches/batch-writer.ts';
import { ExtractThread } from '../../../../src/node/extract-thread.ts';
import { loadSyncDecompressByName } from '../../../../src/node/sync-decompress.ts';

const LARGE = 2 ** 30;

function makeSetup() {
  const root = temporaryFolder();
  const path = join(root, 'image');
  writeFileSync(path, 'content');
  const descriptor = openSync(path, 'r');
  onTestFinished(() => closeSync(descriptor));
  return { root, image: { descriptor, offset: 0 }, umask: process.umask() };
}

function batchOf(...names: string[]): BatchFile[] {
  const stored = { start: 0, storedLength: 7, compressed: false, maximumLength: 7, skip: 0, position: 0, length: 7 };
  return names.map((path) => ({ path, descriptor: undefined, mode: 0o644, mtime: 0, size: 7, blocks: [stored] }));
}

async function makePool(imageSize: number, onResult?: (result: BatchResult) => Promise<void>, compression = 'gzip') {
  const setup = makeSetup();
  const outcomes: BatchResult[] = [];
  const pool = new BatchPool({
    setup,
    imageSize,
    compression: compression as CompressionName,
    decompress: await loadSyncDecompressByName('gzip'),
    onResult: async (_, result) => {
      outcomes.push(result);
      await onResult?.(result);
    },
  });
  onTestFinished(() => pool.close());
  return { pool, outcomes, root: setup.root };
}

describe.each([
  ['a small image, by this thread alone', 1000],
  ['a large image, by several threads', LARGE],
])('a pool for %s', (_, imageSize) => {
  test('writes every batch', async () => {
    const { pool, outcomes, root } = await makePool(imageSize);
    for (let index = 0; index < 200; index++) await pool.add(batchOf(`${index}-a`, `${index}-b`));
    await pool.finish();
    expect(outcomes).toHaveLength(200);
    expect(readdirSync(root)).toHaveLength(401);
    expect(readFileSync(join(root, '199-b'), 'utf8')).toBe('content');
  });

  test('ends with the first failure that somebody makes of a result', async () => {
    const { pool } = await makePool(imageSize, async ({ failure }) => {
      if (failure) throw new Error(`failure of ${failure.index}`);
    });
    const addAll = async () => {
      for (let index = 0; index < 500; index++) await pool.add(batchOf(`${index}`, index === 30 ? '3' : `${index}-x`));
      await pool.finish();
    };
    await expect(addAll()).rejects.toThrow('failure of 1');
    await expect(pool.add(batchOf('late'))).rejects.toThrow('failure of 1');
  });
});

test('a pool whose threads can not start does all by itself', async () => {
  const { pool, outcomes } = await makePool(LARGE, undefined, 'a method that no thread knows');
  for (let index = 0; index < 60; index++) {
    await pool.add(batchOf(`${index}`));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await pool.finish();
  expect(outcomes).toHaveLength(60);
});

test('a pool where the host forbids threads does all by itself', async () => {
  const script = `
    import { BatchPool } from ${JSON.stringify(import.meta.resolve('../../../../src/node/extract/batches/batch-pool.ts'))};
    const outcomes = [];
    const pool = new BatchPool({
      setup: { root: '/nowhere', image: { descriptor: 0, offset: 0 }, umask: 0 },
      imageSize: 2 ** 30,
      compression: 'gzip',
      decompress: (data) => data,
      onResult: async (_, result) => void outcomes.push(result.failure?.system?.code ?? 'none'),
    });
    for (let index = 0; index < 3; index++) await pool.add([]);
    await pool.finish();
    await pool.close();
    console.log(outcomes.join());
  `;
  const permissions = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*'];
  const options = ['--no-warnings', '--input-type=module', '--eval', script];
  expect(run(process.execPath, [...permissions, ...options])).toBe('none,none,none\n');
  expect(() =>
    run(process.execPath, [...permissions, '--eval', 'new (require("worker_threads").Worker)("/nowhere.js")']),
  ).toThrow('ERR_ACCESS_DENIED');
});

describe('a thread', () => {
  const start = (compression: string) => {
    const thread = new ExtractThread({ setup: makeSetup(), compression: compression as CompressionName });
    onTestFinished(() => thread.close());
    return thread;
  };

  test('answers in the order in which it was asked', async () => {
    const setup = makeSetup();
    const thread = new ExtractThread({ setup, compression: 'zstd' });
    onTestFinished(() => thread.close());
    const answers = await Promise.all([
      thread.write(batchOf('a')),
      thread.write(batchOf('a')),
      thread.write(batchOf('b')),
    ]);
    expect(answers.map(({ failure }) => failure?.system?.code)).toEqual([undefined, 'EEXIST', undefined]);
    expect(thread.ready).toBe(true);
    expect(readdirSync(setup.root).sort()).toEqual(['a', 'b', 'image']);
  });

  test('that ends before its work says so', async () => {
    const thread = start('gzip');
    const outcome = expect(thread.write(batchOf('a'))).rejects.toThrow('a thread has ended before its work');
    await thread.close(); // which is long before it has started
    await outcome;
    expect(thread.ready).toBe(false);
    await expect(thread.write(batchOf('a'))).rejects.toThrow('a thread has ended before its work');
  });

  test('that can not start fails what it was given', async () => {
    await expect(start('nothing like that').write(batchOf('a'))).rejects.toThrow();
  });
});
