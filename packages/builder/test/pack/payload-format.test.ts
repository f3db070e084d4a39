import { describe, expect, test } from 'vitest';
import { choosePayloadFormat, type PayloadWishes } from '../../src/pack/payload-format.ts';

describe('choosePayloadFormat', () => {
  test.each<[PayloadWishes['type'], string, string, number]>([
    [undefined, 'squashfs', 'zstd', 15],
    ['type-2', 'squashfs', 'zstd', 15],
    ['shimg', 'squashfs', 'lz4', 8],
    ['type-1', 'iso9660', 'zisofs', 9],
  ])('has defaults for %s', (type, kind, compression, level) => {
    expect(choosePayloadFormat({ type })).toEqual({ kind, compression, level, blockSize: 131_072 });
  });

  test('takes what was asked for', () => {
    const wishes = { compression: 'gzip', level: 3, blockSize: 4096 } as const;
    expect(choosePayloadFormat(wishes)).toEqual({ kind: 'squashfs', ...wishes });
    expect(choosePayloadFormat({ type: 'type-1', compression: 'none' })).toEqual({
      kind: 'iso9660',
      compression: 'none',
      level: 0,
      blockSize: 0,
    });
  });

  test.each<[string, PayloadWishes]>([
    ['compression must be zisofs or none in type-1, found zstd', { type: 'type-1', compression: 'zstd' }],
    ['in type-2, found zisofs', { type: 'type-2', compression: 'zisofs' }],
    ['level of zisofs must be 1 to 9, found 15', { type: 'type-1', level: 15 }],
    ['level of zstd must be 1 to 22, found 0.5', { level: 0.5 }],
    ['block size must be a power of two from 32768 to 131072 bytes, found 4096', { type: 'type-1', blockSize: 4096 }],
    ['block size must be a power of two from 4096 to 1048576 bytes, found 5000', { blockSize: 5000 }],
    ['level must not be given where nothing is compressed', { type: 'type-1', compression: 'none', level: 1 }],
    ['block size must not be given where nothing is', { type: 'type-1', compression: 'none', blockSize: 32_768 }],
  ])('refuses what a type does not have: %s', (message, wishes) => {
    expect(() => choosePayloadFormat(wishes)).toThrow(message);
    expect(() => choosePayloadFormat(wishes)).toThrow(RangeError);
  });
});
