import { closeSync, ftruncateSync, openSync, readFileSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run, sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { openFileSource } from '../../src/node/file-source.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { computeZsync, parseZsync, serializeZsync } from '../../src/zsync/index.ts';
import { noise, prose } from '../support/trees.ts';

const MTIME = 1_700_000_000;

/** A file of that size, of noise where it is small, else with holes between noise at both ends. */
function makeFile(folder: string, size: number): string {
  const path = join(folder, 'file.bin');
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  const edge = Math.min(size, 400_000);
  writeSync(file, noise(edge, size % 1000), 0, edge, 0);
  writeSync(file, noise(edge, 7), 0, edge, size - edge);
  closeSync(file);
  utimesSync(path, MTIME, MTIME);
  return path;
}

/** What zsyncmake makes of a file of that name. */
function zsyncmake(folder: string, ...options: string[]): Uint8Array {
  run('zsyncmake', [...options, '-Z', '-u', 'file.bin', '-o', 'theirs.zsync', 'file.bin'], { cwd: folder });
  return new Uint8Array(readFileSync(join(folder, 'theirs.zsync')));
}

async function ours(path: string, blockSize?: number): Promise<Uint8Array> {
  await using source = await openFileSource(path);
  const options = { fileName: 'file.bin', mtime: MTIME, hashes: nodeHashes, ...(blockSize && { blockSize }) };
  const control = await computeZsync(source, options);
  return serializeZsync({ ...control, fileHashes: [] });
}

const KIBIBYTES = [1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768].map(
  (n) => n * 1024,
);

describe('a control file that is computed', () => {
  const folder = sharedFolder();

  const sizes = [1, 2, 3, 1000, 300_000, ...KIBIBYTES.flatMap((size) => [size - 1, size, size + 1])];
  testWith(
    ['zsyncmake'],
    'is what zsyncmake 0.6.2 writes, byte by byte, at every size around a block and a power of two',
    async () => {
      const differing: number[] = [];
      for (const size of sizes) {
        const path = makeFile(folder, size);
        if (Buffer.compare(await ours(path), zsyncmake(folder)) !== 0) differing.push(size);
      }
      expect(differing).toEqual([]);
    },
  );

  testWith(['zsyncmake'], 'is what zsyncmake 0.6.2 writes where blocks become larger', async () => {
    for (const size of [99_999_999, 100_000_000]) {
      const path = makeFile(folder, size);
      expect(Buffer.compare(await ours(path), zsyncmake(folder)), String(size)).toBe(0);
    }
  });

  testWith(['zsyncmake'], 'is what zsyncmake 0.6.2 writes for blocks of other sizes', async () => {
    const path = makeFile(folder, 1_000_000);
    for (const blockSize of [512, 1024, 8192, 65_536, 1_048_576, 4_194_304]) {
      expect(
        Buffer.compare(await ours(path, blockSize), zsyncmake(folder, '-b', String(blockSize))),
        String(blockSize),
      ).toBe(0);
    }
  });
});

describe('a control file of zsyncmake', () => {
  testWith(['zsyncmake'], 'is parsed, and written back as it was', () => {
    const folder = temporaryFolder();
    makeFile(folder, 300_000);
    const bytes = zsyncmake(folder);
    const control = parseZsync(bytes);
    expect(control).toMatchObject({
      generator: '0.6.2',
      fileName: 'file.bin',
      mtime: MTIME,
      blockSize: 2048,
      length: 300_000,
      hashLengths: { sequentialMatches: 2, weak: 2, strong: 4 },
      strongHash: 'MD4',
      urls: ['file.bin'],
      fileHashes: [],
      compressed: null,
      otherHeaders: [],
    });
    expect(control.sha1).toMatch(/^[0-9a-f]{40}$/);
    expect(control.sums.weak).toHaveLength(147);
    expect(Buffer.compare(serializeZsync(control), bytes)).toBe(0);
  });

  testWith(
    ['zsyncmake', 'gzip'],
    'that looks into a compressed file is parsed, its binary map passed over',
    async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'file'), prose(700_000));
      run('gzip', ['--best', '--keep', 'file'], { cwd: folder });
      run('zsyncmake', ['-u', 'file.gz', '-U', 'file', '-o', 'theirs.zsync', 'file.gz'], { cwd: folder });
      const bytes = readFileSync(join(folder, 'theirs.zsync'));
      expect(bytes.includes('\nZ-Map2: ')).toBe(true);
      const control = parseZsync(bytes);
      expect(control).toMatchObject({
        fileName: 'file',
        length: 700_000,
        urls: ['file'],
        compressed: { urls: ['file.gz'], fileName: 'file.gz', recompress: expect.stringMatching(/^1f8b\w+ --best$/) },
      });
      await using source = await openFileSource(join(folder, 'file'));
      const own = await computeZsync(source, { fileName: 'file', mtime: MTIME });
      expect(control.sums).toEqual(own.sums);
      expect(control.sha1).toBe(own.sha1);
    },
  );
});
