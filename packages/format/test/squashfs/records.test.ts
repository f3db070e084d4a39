import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordReader } from '../../src/io/record-reader.ts';
import { RecordWriter } from '../../src/io/record-writer.ts';
import { nodeCompressor } from '../../src/node/codecs.ts';
import { serializeCompressorOptions } from '../../src/squashfs/compressor-options.ts';
import { parseBlockSize, serializeBlockSize } from '../../src/squashfs/data-block.ts';
import { FRAGMENT_SIZE, parseFragment, serializeFragment } from '../../src/squashfs/fragment.ts';
import {
  parseMetadataHeader,
  parseMetadataReference,
  serializeMetadataHeader,
  serializeMetadataReference,
} from '../../src/squashfs/metadata-block.ts';
import {
  parseXattrKey,
  parseXattrSet,
  parseXattrTableHeader,
  serializeXattr,
  serializeXattrSet,
  serializeXattrTableHeader,
  XATTR_SET_SIZE,
  xattrName,
} from '../../src/squashfs/xattr.ts';

const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const reader = (bytes: Uint8Array) => new RecordReader(bytes, { what: 'record' });

describe('the size word of a data block', () => {
  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_048_576 }), fc.boolean(), (length, compressed) => {
        const word = serializeBlockSize({ length, compressed });
        expect(parseBlockSize(word, 1_048_576, 0)).toEqual({ length, compressed });
      }),
    );
  });

  test('has bit 24 set where the block is stored as it is', () => {
    expect(serializeBlockSize({ length: 0x1234, compressed: false })).toBe(0x0100_1234);
    expect(serializeBlockSize({ length: 0x1234, compressed: true })).toBe(0x1234);
  });

  test.each([4097, 0x0100_1001, 0x0200_0000, 0x8000_0001, 0xffff_ffff])(
    '%d is malformed for blocks of 4 KiB',
    (word) => {
      expect(() => parseBlockSize(word, 4096, 77)).toThrow(expect.objectContaining({ code: 'malformed', offset: 77 }));
    },
  );
});

describe('the header of a metadata block', () => {
  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8192 }), fc.boolean(), (length, compressed) => {
        const word = serializeMetadataHeader({ length, compressed });
        expect(word).toBe(compressed ? length : length + 0x8000);
        expect(parseMetadataHeader(word, 0)).toEqual({ length, compressed });
      }),
    );
  });

  test.each([0, 0x8000, 8193, 0x8000 + 8193, 0xffff])('%d is malformed', (word) => {
    expect(() => parseMetadataHeader(word, 77)).toThrow(expect.objectContaining({ code: 'malformed', offset: 77 }));
  });
});

test('a metadata reference is the block in the upper 48 bits and the offset in the lower 16', () => {
  expect(serializeMetadataReference({ block: 0x1234, offset: 0x56 })).toBe(0x1234_0056n);
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 48 - 1 }), fc.nat({ max: 0xffff }), (block, offset) => {
      expect(parseMetadataReference(serializeMetadataReference({ block, offset }))).toEqual({ block, offset });
    }),
  );
});

test('an entry of the fragment table is parsed as it was serialized', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 0xffff_ffff }), (start, blockWord) => {
      const writer = new RecordWriter(FRAGMENT_SIZE);
      serializeFragment(writer, { start, blockWord });
      expect(parseFragment(reader(writer.bytes))).toEqual({ start, blockWord });
    }),
  );
  const writer = new RecordWriter(FRAGMENT_SIZE);
  serializeFragment(writer, { start: 0x0102, blockWord: 0x0100_0304 });
  expect(hex(writer.bytes)).toBe('0201000000000000' + '04030001' + '00000000');
});

describe('extended attributes', () => {
  test('are parsed as they were serialized', () => {
    const namespaces = fc.constantFrom('user.', 'trusted.', 'security.');
    const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(namespaces, names, fc.uint8Array({ maxLength: 500 }), (namespace, name, value) => {
        const record = reader(serializeXattr(namespace + name, value));
        const key = parseXattrKey(record);
        expect(key.outOfLine).toBe(false);
        expect(xattrName(key, record.bytes(key.nameLength))).toBe(namespace + name);
        expect([...record.bytes(record.uint32())]).toEqual([...value]);
        expect(record.remaining).toBe(0);
      }),
    );
  });

  test('have their fields where the kernel looks for them', () => {
    expect(hex(serializeXattr('trusted.ab', Uint8Array.of(9)))).toBe('0100' + '0200' + '6162' + '01000000' + '09');
  });

  test('of an unknown namespace are a mistake of the caller', () => {
    expect(() => serializeXattr('system.posix_acl_access', new Uint8Array(1))).toThrow(TypeError);
  });

  test.each([
    ['a name of 256 bytes', `user.${'x'.repeat(251)}`, 0],
    ['a value of more than 64 KiB', 'user.x', 65_537],
  ])('with %s are a mistake of the caller', (_, name, length) => {
    expect(() => serializeXattr(name, new Uint8Array(length))).toThrow(RangeError);
  });

  test('of an unknown type are malformed', () => {
    expect(() => parseXattrKey(reader(Uint8Array.of(3, 0, 1, 0)))).toThrow(malformed);
  });

  test('say where a value is out of line', () => {
    expect(parseXattrKey(reader(Uint8Array.of(1, 1, 5, 0)))).toEqual({
      prefix: 'trusted.',
      outOfLine: true,
      nameLength: 5,
    });
  });

  test('have sets and a table header that are parsed as they were serialized', () => {
    const set = { reference: 0xffff_0123_4567_89abn, count: 3, size: 77 };
    const writer = new RecordWriter(XATTR_SET_SIZE);
    serializeXattrSet(writer, set);
    expect(hex(writer.bytes)).toBe('ab8967452301ffff' + '03000000' + '4d000000');
    expect(parseXattrSet(reader(writer.bytes))).toEqual(set);
    const header = serializeXattrTableHeader({ pairsStart: 0x1234, setCount: 5 });
    expect(hex(header)).toBe('3412000000000000' + '05000000' + '00000000');
    expect(parseXattrTableHeader(reader(header))).toEqual({ pairsStart: 0x1234, setCount: 5 });
  });
});

test.each([
  ['gzip', 9, ''],
  ['gzip', 6, '060000000f000000'],
  ['zstd', 15, ''],
  ['zstd', 19, '13000000'],
] as const)('the options of %s at level %d are recorded where they are not the default', (name, level, expected) => {
  expect(hex(serializeCompressorOptions(nodeCompressor(name, level)))).toBe(expected);
});
