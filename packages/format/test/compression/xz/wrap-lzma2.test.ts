import { spawnSync } from 'node:child_process';
import { testWith } from '@appimage-js/testing';
import { lzma2 } from '@napi-rs/lzma';
import { describe, expect, test } from 'vitest';
import { decompressXz } from '../../../src/compression/xz/decompress-xz.ts';
import { wrapLzma2 } from '../../../src/compression/xz/wrap-lzma2.ts';
import { noise, prose } from '../../support/trees.ts';

const contents = [Uint8Array.of(1), prose(4097), noise(10_000), new Uint8Array(131_072), prose(1_048_576)];
const stream = (content: Uint8Array) => wrapLzma2(lzma2.compressSync(content), content);

describe('wrapLzma2', () => {
  test('makes a stream that is read back', () => {
    for (const content of contents) {
      expect(Buffer.compare(decompressXz(stream(content), content.length), content)).toBe(0);
    }
  });

  test('claims a dictionary of no more than the next power of two', () => {
    // Behind the 12 bytes of the stream's header: size, flags, 0x21, 1, dictionary.
    const claimed = (length: number) => stream(prose(length))[16];
    expect([4096, 4097, 8192, 131_072, 1_048_576].map(claimed)).toEqual([0, 1, 2, 10, 16]);
  });

  testWith(['xz'], 'makes what xz finds whole, with a CRC32', () => {
    for (const content of contents) {
      const { status, stdout } = spawnSync('xz', ['--decompress', '--stdout'], {
        input: stream(content),
        maxBuffer: 2 ** 24,
      });
      expect({ status, same: Buffer.compare(stdout, content) }).toEqual({ status: 0, same: 0 });
    }
  });
});
