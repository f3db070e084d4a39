import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseSuperblock,
  SquashfsFlag,
  SUPERBLOCK_SIZE,
  type Superblock,
  serializeSuperblock,
} from '../../src/squashfs/superblock.ts';

const optionalStart = fc.option(fc.nat({ max: 2 ** 40 }), { nil: undefined });

const superblocks: fc.Arbitrary<Superblock> = fc.record({
  inodeCount: fc.nat({ max: 0xffff_ffff }),
  mkfsTime: fc.nat({ max: 0xffff_ffff }),
  blockSize: fc.integer({ min: 12, max: 20 }).map((log) => 2 ** log),
  fragmentCount: fc.nat({ max: 0xffff_ffff }),
  compression: fc.constantFrom('gzip', 'lzma', 'lzo', 'xz', 'lz4', 'zstd'),
  flags: fc.nat({ max: 0xffff }),
  idCount: fc.integer({ min: 1, max: 0xffff }),
  rootInode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  bytesUsed: fc.integer({ min: 2 ** 41, max: Number.MAX_SAFE_INTEGER }),
  idTableStart: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  xattrTableStart: optionalStart,
  inodeTableStart: fc.integer({ min: 96, max: 2 ** 30 }),
  directoryTableStart: fc.integer({ min: 2 ** 30, max: 2 ** 41 }),
  fragmentTableStart: optionalStart,
  exportTableStart: optionalStart,
});

describe('a superblock', () => {
  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(superblocks, (superblock) => {
        const bytes = serializeSuperblock(superblock);
        expect(bytes).toHaveLength(SUPERBLOCK_SIZE);
        expect(parseSuperblock(bytes)).toEqual(superblock);
      }),
    );
  });

  test('has its fields where the kernel looks for them', () => {
    const bytes = Buffer.from(
      serializeSuperblock({
        inodeCount: 0x0102_0304,
        mkfsTime: 0x1112_1314,
        blockSize: 131_072,
        fragmentCount: 0x2122_2324,
        compression: 'zstd',
        flags: SquashfsFlag.exportable | SquashfsFlag.duplicatesRemoved,
        idCount: 0x3132,
        rootInode: 0x0000_4142_4344_4546n,
        bytesUsed: 0x5152_5354,
        idTableStart: 0x6162,
        xattrTableStart: undefined,
        inodeTableStart: 0x7172,
        directoryTableStart: 0x8182,
        fragmentTableStart: 0x9192,
        exportTableStart: undefined,
      }),
    );
    const expected = [
      ...['68737173', '04030201', '14131211', '00000200', '24232221', '0600', '1100', 'c000', '3231', '0400', '0000'],
      ...['4645444342410000', '5453525100000000', '6261000000000000', 'ffffffffffffffff', '7271000000000000'],
      ...['8281000000000000', '9291000000000000', 'ffffffffffffffff'],
    ];
    expect(bytes.toString('hex')).toBe(expected.join(''));
  });

  test('of any bytes is parsed or refused with an AppImageError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 100 }), fc.boolean(), (bytes, withMagic) => {
        if (withMagic && bytes.length >= 4) bytes.set(Buffer.from('hsqs'));
        try {
          expect(parseSuperblock(bytes).idCount).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppImageError' });
        }
      }),
    );
  });
});
