import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredBlock } from '../../../../src/filesystem/stored-contents.ts';
import { nodeDecompressors } from '../../../../src/node/codecs.ts';
import type { BatchFile } from '../../../../src/node/extract/batches/batch.ts';
import { BatchWriter } from '../../../../src/node/extract/batches/batch-writer.ts';
import { loadSyncDecompressByName } from '../../../../src/node/sync-decompress.ts';

const STORED = Buffer.from('0123456789abcdef');

/** A writer of files in a folder, on an image whose blocks are stored as they are. */
async function makeWriter() {
  const folder = temporaryFolder();
  const path = join(folder, 'image');
  writeFileSync(path, Buffer.concat([Buffer.from('before'), STORED]));
  const descriptor = openSync(path, 'r');
  onTestFinished(() => closeSync(descriptor));
  let decompressed = 0;
  const inflate = await loadSyncDecompressByName('gzip');
  const setup = { root: folder, image: { descriptor, offset: 6 }, umask: process.umask() };
  const writer = new BatchWriter(setup, (data, maximumLength) => {
    decompressed += 1;
    return inflate(data, maximumLength);
  });
  return { folder, writer, decompressed: () => decompressed };
}

function block(fields: Partial<StoredBlock>): StoredBlock {
  const length = fields.length ?? 4;
  return {
    position: 0,
    length,
    start: 0,
    storedLength: length,
    compressed: false,
    maximumLength: length,
    skip: 0,
    ...fields,
  };
}

function file(path: string, blocks: readonly StoredBlock[], size: number): BatchFile {
  return { path, descriptor: undefined, mode: 0o640, mtime: 1_700_000_000, size, blocks };
}

describe('a batch writer', () => {
  test('makes files out of blocks, with their modes, times and holes', async () => {
    const { folder, writer } = await makeWriter();
    const far = block({ position: 100_000, start: 4, length: 3 });
    const shared = block({ position: 4, start: 8, storedLength: 8, length: 2, skip: 5, maximumLength: 8 });
    const result = writer.write([
      file('empty', [], 0),
      file('hole', [], 5000),
      file('two', [block({}), shared], 6),
      file('far', [far], 200_000),
    ]);
    expect(result).toEqual({ written: 9, failure: undefined });
    expect(readFileSync(join(folder, 'two'), 'utf8')).toBe('0123de');
    expect(statSync(join(folder, 'two'))).toMatchObject({ mode: 0o100640, mtimeMs: 1_700_000_000_000 });
    expect(statSync(join(folder, 'empty')).size).toBe(0);
    expect(statSync(join(folder, 'hole'))).toMatchObject({ size: 5000, blocks: 0 });
    const content = readFileSync(join(folder, 'far'));
    expect(content).toHaveLength(200_000);
    expect(content.subarray(100_000, 100_003).toString()).toBe('456');
  });

  test('writes parts into a file that is open, and leaves it open', async () => {
    const { folder, writer } = await makeWriter();
    const path = join(folder, 'parted');
    const descriptor = openSync(path, 'wx');
    writer.write([{ ...file('parted', [block({ position: 4, start: 4 })], 8), descriptor }]);
    writer.write([{ ...file('parted', [block({})], 8), descriptor }]);
    closeSync(descriptor);
    expect(readFileSync(path, 'utf8')).toBe('01234567');
  });

  test('stops at a file that is there already, and says what the system said', async () => {
    const { folder, writer } = await makeWriter();
    writeFileSync(join(folder, 'taken'), 'mine');
    const batch = [file('first', [block({})], 4), file('taken', [block({})], 4), file('third', [], 0)];
    const { written, failure } = writer.write(batch);
    expect(written).toBe(4);
    expect(failure).toMatchObject({ index: 1, system: { code: 'EEXIST', syscall: 'open' } });
    expect(structuredClone(failure)).toEqual(failure);
    expect(readFileSync(join(folder, 'taken'), 'utf8')).toBe('mine');
    expect(() => statSync(join(folder, 'third'))).toThrow('ENOENT');
  });

  test.each<[string, Partial<StoredBlock>]>([
    ['can not be decompressed', { compressed: true }],
    ['ends beyond the image', { start: 14 }],
    ['has less than the file needs', { storedLength: 2, length: 4 }],
    ['has more than the file needs, which nothing else has a part of', { storedLength: 5, length: 4 }],
    ['ends before the end of the file begins', { storedLength: 8, maximumLength: 16, skip: 6, length: 4 }],
  ])('stops at a block that %s, whose reader has the words for it', async (_, fields) => {
    const { writer } = await makeWriter();
    expect(writer.write([file('good', [block({})], 4), file('bad', [block(fields)], 4)])).toEqual({
      written: 4,
      failure: { index: 1, system: undefined },
    });
  });

  test('decompresses a block that neighbours share once', async () => {
    const { folder } = await makeWriter();
    const { deflateSync } = await import('node:zlib');
    const packed = deflateSync(Buffer.from('shared by many files'));
    const path = join(folder, 'packed');
    writeFileSync(path, packed);
    const descriptor = openSync(path, 'r');
    onTestFinished(() => closeSync(descriptor));
    let calls = 0;
    const writer = new BatchWriter({ root: folder, image: { descriptor, offset: 0 }, umask: 0 }, (data, maximum) => {
      calls += 1;
      return nodeDecompressors.gzip.decompressSync?.(data, maximum) ?? data;
    });
    const shared = { start: 0, storedLength: packed.length, compressed: true, maximumLength: 100 };
    const parts = [0, 7, 10].map((skip, index) => file(`${index}`, [block({ ...shared, skip, length: 2 })], 2));
    expect(writer.write(parts).failure).toBeUndefined();
    expect(['0', '1', '2'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['sh', 'by', 'ma']);
    expect(calls).toBe(1);
  });
});
