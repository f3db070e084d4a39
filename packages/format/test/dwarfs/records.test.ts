import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DwarfsCompression,
  type DwarfsSectionType,
  isDwarfsMagic,
  parseSectionHeader,
  SECTION_HEADER_SIZE,
  serializeSectionHeader,
  XXH3_START,
} from '../../src/dwarfs/section-header.ts';
import { parseSectionIndex, serializeSectionIndex } from '../../src/dwarfs/section-index.ts';
import { makeDwarfs } from './make-dwarfs.ts';

const types: DwarfsSectionType[] = ['block', 'metadata-schema', 'metadata', 'section-index', 'history', 'type-77'];
const compressions: DwarfsCompression[] = ['none', 'lzma', 'zstd', 'lz4', 'lz4hc', 'brotli', 'flac', 'ricepp'];

describe('a section header', () => {
  const fields = fc.record({
    minorVersion: fc.integer({ min: 2, max: 5 }),
    sha512of256: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    xxh3: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    number: fc.integer({ min: 0, max: 0xffff_ffff }),
    type: fc.constantFrom(...types),
    compression: fc.constantFrom(...compressions, 'compression-4711' as const),
    length: fc.maxSafeNat(),
  });

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fields, (header) => {
        const bytes = serializeSectionHeader(header);
        expect(bytes.length).toBe(SECTION_HEADER_SIZE);
        expect(parseSectionHeader(bytes)).toEqual(header);
      }),
    );
  });

  test('has its fields where the format has them', () => {
    const bytes = Buffer.from(
      serializeSectionHeader({
        minorVersion: 5,
        sha512of256: new Uint8Array(32).fill(0xaa),
        xxh3: 0x1122_3344_5566_7788n,
        number: 0x0102_0304,
        type: 'metadata',
        compression: 'ricepp',
        length: 0x0000_0506_0708_090a,
      }),
    );
    expect(bytes.toString('hex')).toBe(
      `445741524653${'0205'}${'aa'.repeat(32)}${'8877665544332211'}${'04030201'}${'0800'}${'0700'}${'0a09080706050000'}`,
    );
  });

  test('with another magic is malformed, cut off it is out of bounds', async () => {
    const bytes = (await makeDwarfs()).slice(0, SECTION_HEADER_SIZE);
    for (let length = 0; length < SECTION_HEADER_SIZE; length++) {
      expect(() => parseSectionHeader(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'out-of-bounds' }),
      );
    }
    bytes[0] = 0;
    expect(isDwarfsMagic(bytes)).toBe(false);
    expect(() => parseSectionHeader(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test.each([
    [1, 5],
    [3, 5],
    [2, 0],
    [2, 1],
    [2, 6],
  ])('of version %d.%d is unsupported', async (major, minor) => {
    const bytes = await makeDwarfs();
    bytes.set([major, minor], 6);
    expect(() => parseSectionHeader(bytes)).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: `Cannot read DwarFS image: version must be 2.2 to 2.5, found ${major}.${minor}`,
      }),
    );
  });

  test('is not made of names without a number', () => {
    const header = parseSectionHeader(serializeSectionHeader({ ...EMPTY, type: 'block', compression: 'none' }));
    const type = 'other' as DwarfsSectionType;
    const compression = 'other' as DwarfsCompression;
    expect(() => serializeSectionHeader({ ...header, type })).toThrow(RangeError);
    expect(() => serializeSectionHeader({ ...header, compression })).toThrow(RangeError);
  });

  testWith(['xxhsum'], 'has the hash that xxhsum computes over the rest of it and the data', async () => {
    const path = join(temporaryFolder(), 'section');
    const bytes = await makeDwarfs([{ type: 'block', data: Buffer.from('content') }], { index: false });
    writeFileSync(path, bytes.subarray(XXH3_START));
    const hash = parseSectionHeader(bytes).xxh3.toString(16).padStart(16, '0');
    expect(run('xxhsum', ['-H3', path])).toContain(hash);
  });
});

const EMPTY = { minorVersion: 5, sha512of256: new Uint8Array(32), xxh3: 0n, number: 0, length: 0 };

describe('a section index', () => {
  const entry = fc.record({ type: fc.constantFrom(...types), offset: fc.integer({ min: 0, max: 2 ** 48 - 1 }) });

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(parseSectionIndex(serializeSectionIndex(entries))).toEqual(entries);
      }),
    );
  });

  test('has the type in the upper 16 bits of each entry', () => {
    const bytes = serializeSectionIndex([{ type: 'metadata', offset: 0x0102_0304_0506 }]);
    expect(Buffer.from(bytes).toString('hex')).toBe('0605040302010800');
  });
});
