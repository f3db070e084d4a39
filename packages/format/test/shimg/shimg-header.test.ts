import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import { isShImg, parseShImgHeader } from '../../src/shimg/shimg-header.ts';

const MAGIC = '#!/bin/sh\n#.shImg.#';
const header = (...lines: string[]) => parseShImgHeader(Buffer.from([MAGIC, ...lines, ''].join('\n'), 'latin1'));
const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });

describe('the magic', () => {
  test('is 19 bytes', () => {
    expect(isShImg(Buffer.from(MAGIC))).toBe(true);
    expect(isShImg(Buffer.from(MAGIC).subarray(0, 18))).toBe(false);
    expect(isShImg(Buffer.from('#!/bin/sh\n#.shimg.#'))).toBe(false);
  });

  test('must be there', () => {
    expect(() => parseShImgHeader(Buffer.from('#!/bin/sh\nimage_offset=1\n'))).toThrow(malformed);
    expect(() => parseShImgHeader(new Uint8Array(0))).toThrow(malformed);
  });
});

describe('the variables', () => {
  test('are all read, in any order and manner', () => {
    expect(
      header(
        '#see <https://example.com>',
        'export version="0.4.1"',
        "arch='x86_64;i386;armhf;aarch64;sparc'",
        'contains_integration_zip=y',
        'image_offset=00000000001111 sfs_offset=00000000002222',
        'aarch64_length=0000088;aarch64_offset=0000099',
        'i386_offset=\'0000010\' i386_length="0000007"',
        'image_type=squashfs',
        'image_compression=lz4',
      ),
    ).toEqual({
      imageType: 'squashfs',
      imageCompression: 'lz4',
      imageOffsets: [1111, 2222],
      helpers: [
        { architecture: 'i686', offset: 9, length: 7 },
        { architecture: 'aarch64', offset: 98, length: 88 },
      ],
      architectures: ['x86_64', 'i686', 'armhf', 'aarch64', 'sparc'],
      containsIntegrationZip: true,
      version: '0.4.1',
    });
  });

  test('may be missing', () => {
    expect(header()).toEqual({
      imageType: undefined,
      imageCompression: undefined,
      imageOffsets: [],
      helpers: [],
      architectures: [],
      containsIntegrationZip: undefined,
      version: undefined,
    });
  });

  test('with leading zeros are decimal', () => {
    expect(header('image_offset=0000000000777', 'sfs_offset=0089').imageOffsets).toEqual([777, 89]);
  });

  test('count at their first value', () => {
    expect(header('version=1', 'version=2', 'sfs_offset=5', 'sfs_offset=6')).toMatchObject({
      version: '1',
      imageOffsets: [5],
    });
  });

  test('that say the same place name it once', () => {
    expect(header('image_offset=0005', 'sfs_offset=5').imageOffsets).toEqual([5]);
  });

  test('of helpers tell the architectures where nothing else does', () => {
    const lines = ['x86_64_offset=5', 'x86_64_length=6', 'armhf_offset=0', 'armhf_length=0', 'i386_offset=9'];
    expect(header(...lines).architectures).toEqual(['x86_64']);
  });

  test('behind the script are none', () => {
    for (const binary of ['\0', '\x1f\x8b\x08', '\x7fELF']) {
      expect(header('version=1', 'exit 0', binary, 'image_offset=5').imageOffsets, JSON.stringify(binary)).toEqual([]);
    }
  });

  test.each([
    'image_offset=_sfs_o',
    'sfs_offset=0x10',
    'sfs_offset=-5',
    'sfs_offset=9007199254740993',
    'x86_64_offset=x',
  ])('%s is malformed', (line) => {
    expect(() => header(line)).toThrow(malformed);
  });

  test('that mean nothing here may be anything', () => {
    expect(header('other_offset=x', 'COMP=lz4', 'image_offset=3').imageOffsets).toEqual([3]);
  });
});

test('any bytes behind the magic give a header or an AppImageError', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc
      .tuple(fc.constantFrom('image_offset', 'arch', 'version', 'armhf_length'), fc.string({ maxLength: 12 }))
      .map((pair) => pair.join('=')),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.uint8Array({ maxLength: 60 }), (lines, tail) => {
      try {
        parseShImgHeader(Buffer.concat([Buffer.from([MAGIC, ...lines].join('\n')), tail]));
      } catch (error) {
        expect(isAppImageError(error)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
