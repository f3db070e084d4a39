import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashStream } from '../../src/hash/hash-stream.ts';
import { DIGEST_SIZE } from '../../src/hash/hasher.ts';
import { type Hashes, type HashName, portableHashes } from '../../src/hash/index.ts';
import { encodeHex } from '../../src/io/hex.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { noise } from '../support/trees.ts';

/** Of "abc": RFC 1320, RFC 1321, FIPS 180-4. */
const ABC: Readonly<Record<HashName, string>> = {
  MD4: 'a448017aaf21d8525fc10ae87aa6729d',
  MD5: '900150983cd24fb0d6963f7d28e17f72',
  'SHA-1': 'a9993e364706816aba3e25717850c26c9cd0d89d',
  'SHA-224': '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7',
  'SHA-256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
};
const NAMES = Object.keys(ABC) as HashName[];
const SOURCES: readonly (readonly [string, Hashes])[] = [
  ['in WebAssembly', portableHashes],
  ['of Node', nodeHashes],
];

describe.each(SOURCES)('the hashes %s', (_, hashes) => {
  test.each(NAMES)('%s: are what the standard says', async (name) => {
    const hasher = await hashes.create(name);
    hasher.update(new TextEncoder().encode('abc'));
    const digest = hasher.digest();
    expect(encodeHex(digest)).toBe(ABC[name]);
    expect(digest).toHaveLength(DIGEST_SIZE[name]);
    expect(digest.constructor).toBe(Uint8Array);
  });

  test.each(NAMES)('%s: begin anew after each digest', async (name) => {
    const hasher = await hashes.create(name);
    const empty = hasher.digest();
    hasher.update(noise(100));
    hasher.digest();
    expect(hasher.digest()).toEqual(empty);
  });

  test('do not disturb each other, and take pieces of any length', async () => {
    const content = noise(100_000);
    const one = await hashes.create('SHA-256');
    const other = await hashes.create('SHA-256');
    for (const [start, end] of [
      [0, 1],
      [1, 64],
      [64, 64],
      [64, 70_000],
      [70_000, 100_000],
    ]) {
      one.update(content.subarray(start, end));
      other.update(noise(10));
    }
    expect(encodeHex(one.digest())).toBe(createHash('sha256').update(content).digest('hex'));
  });
});

describe('a stream', () => {
  test('has a thread of its own in Node', () => {
    expect(nodeHashes.createForStream).toBeTypeOf('function');
    expect(portableHashes.createForStream).toBeUndefined();
  });

  const content = noise(5_000_001);
  const expected = ['sha1', 'sha256'].map((name) => createHash(name).update(content).digest('hex'));

  test.each([
    ['a short', 1000, nodeHashes],
    ['a long', 2 ** 30, nodeHashes],
    ['a long', 2 ** 30, portableHashes],
  ])(
    '%s one of %d bytes is hashed by several functions, though the caller changes what it gave',
    async (_, length, hashes) => {
      await using hasher = await hashStream(hashes, ['SHA-1', 'SHA-256'], length);
      const buffer = new Uint8Array(1_300_000);
      for (let offset = 0; offset < content.length; offset += buffer.length) {
        const part = content.subarray(offset, offset + buffer.length);
        buffer.set(part);
        await hasher.update(buffer.subarray(0, part.length));
        buffer.fill(0);
      }
      expect((await hasher.digest()).map(encodeHex)).toEqual(expected);
    },
  );

  test('can be left before its end', async () => {
    const hasher = await hashStream(nodeHashes, ['SHA-1'], 2 ** 30);
    await hasher.update(content);
    await hasher[Symbol.asyncDispose]();
    await expect(hasher.digest()).rejects.toThrow('Cannot hash stream: its thread has ended');
  });

  test('is not hashed by a function that Node has not', async () => {
    await expect(hashStream(nodeHashes, ['MD4'], 2 ** 30)).rejects.toThrow(RangeError);
  });
});
