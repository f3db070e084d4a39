import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { compressLz4 } from '../../src/compression/lz4/compress-lz4.ts';
import { nodeCompressor } from '../../src/node/codecs.ts';
import { compressThreads } from '../../src/node/compress-threads.ts';
import { nodeDecompressors } from '../../src/node/decompressors.ts';
import { prose } from '../support/trees.ts';

describe('compressing on threads', () => {
  test.each(['gzip', 'zstd', 'lz4', 'xz'] as const)(
    'gives with %s what its decompressor reads, block for block',
    async (name) => {
      const compressor = nodeCompressor(name, name === 'xz' ? 6 : 1);
      const blocks = Array.from({ length: 30 }, (_, index) => prose(1 + index * 997, index + 1));
      const packed = await Promise.all(blocks.map((block) => compressor.compress(block)));
      const unpacked = await Promise.all(packed.map((block) => nodeDecompressors[name].decompress(block, 40_000)));
      expect(unpacked.map((block) => new Uint8Array(block))).toEqual(blocks);
    },
  );

  test('gives what it gives on this one, for many blocks at once', async () => {
    const compressor = nodeCompressor('lz4', 4);
    const blocks = Array.from({ length: 20 }, (_, index) => prose(20_000, index + 1));
    const packed = await Promise.all(blocks.map((block) => compressor.compress(block)));
    expect(packed).toEqual(blocks.map((block) => compressLz4(block, 4)));
  });

  test('leaves the block to its owner', async () => {
    const block = prose(5000);
    await compressThreads({ name: 'lz4', level: 1 })(block);
    expect(block).toEqual(prose(5000));
  });

  test('goes on after a pause that was longer than its threads wait', async () => {
    const compress = compressThreads({ name: 'lz4', level: 1 });
    const block = prose(5000);
    const first = await compress(block);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await compress(block)).toEqual(first);
  });

  test('tells of a block that cannot be compressed', async () => {
    await expect(compressThreads({ name: 'lz4', level: 99 })(prose(10))).rejects.toMatchObject({ code: 'io' });
  });

  test('keeps no program from ending', async () => {
    const program = join(temporaryFolder(), 'program.mjs');
    const module = new URL('../../src/node/codecs.ts', import.meta.url);
    writeFileSync(
      program,
      `import { nodeCompressor } from ${JSON.stringify(module.href)};
      const { length } = await nodeCompressor('lz4').compress(new Uint8Array(100_000));
      console.log(length);`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program]);
    expect(stdout).toBe(`${compressLz4(new Uint8Array(100_000), 8).length}\n`);
  });
});
