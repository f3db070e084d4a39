import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordReader } from '../../src/io/record-reader.ts';
import { RecordWriter } from '../../src/io/record-writer.ts';
import {
  readBothEndian16,
  readBothEndian32,
  writeBothEndian16,
  writeBothEndian32,
} from '../../src/iso9660/both-endian.ts';
import { parseDirectoryRecord, serializeDirectoryRecord } from '../../src/iso9660/directory-record.ts';
import { jolietLevel } from '../../src/iso9660/joliet.ts';
import { pathTableSize, serializePathTable } from '../../src/iso9660/path-table.ts';
import {
  APPLICATION_USE_SIZE,
  DescriptorType,
  parseDescriptorType,
  parseVolumeDescriptor,
  serializePrimaryDescriptor,
  serializeTerminator,
} from '../../src/iso9660/volume-descriptor.ts';
import { parseZisofsHeader, serializeZisofsStart, zisofsStartLength } from '../../src/iso9660/zisofs-header.ts';

const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });
const reader = (bytes: Uint8Array) => new RecordReader(bytes, { what: 'record' });

describe('a number in both byte orders', () => {
  test('is parsed as it was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), fc.nat({ max: 0xffff_ffff }), (short, long) => {
        expect(readBothEndian16(reader(writeBothEndian16(new RecordWriter(4), short).bytes))).toBe(short);
        expect(readBothEndian32(reader(writeBothEndian32(new RecordWriter(8), long).bytes))).toBe(long);
      }),
    );
  });

  test('is malformed where the two differ', () => {
    expect(() => readBothEndian16(reader(Uint8Array.of(1, 2, 1, 2)))).toThrow(malformed);
    expect(() => readBothEndian32(reader(Uint8Array.of(1, 2, 3, 4, 4, 3, 2, 0)))).toThrow(
      'Cannot parse record: number must be the same in both byte orders, found 0x4030201 and 0x4030200',
    );
  });
});

describe('a directory record', () => {
  const inputs = fc.record({
    extentLocation: fc.nat({ max: 0xffff_ffff }),
    dataLength: fc.nat({ max: 0xffff_ffff }),
    recordedAt: fc.nat({ max: 0xffff_ffff }),
    directory: fc.boolean(),
    multiExtent: fc.boolean(),
    identifier: fc.uint8Array({ minLength: 1, maxLength: 30 }),
    systemUse: fc.uint8Array({ maxLength: 190 }),
  });

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const bytes = serializeDirectoryRecord(input);
        expect(bytes[0]).toBe(bytes.length);
        expect(bytes.length % 2).toBe(0);
        const { systemUse, ...record } = parseDirectoryRecord(bytes, 1000);
        expect(systemUse.subarray(0, input.systemUse.length)).toEqual(input.systemUse);
        expect(record).toEqual({
          ...{ ...input, systemUse: undefined },
          ...{ attributeBlocks: 0, associated: false, interleaved: false },
          systemUseOffset: 1000 + bytes.length - systemUse.length,
        });
      }),
    );
  });

  test('is malformed without identifier and out of bounds where it is cut off', () => {
    const bytes = serializeDirectoryRecord({
      ...{ extentLocation: 1, dataLength: 2, recordedAt: 3, directory: false, multiExtent: false },
      ...{ identifier: Uint8Array.of(0x41), systemUse: new Uint8Array(0) },
    });
    for (let length = 0; length < 34; length++) {
      const cut = () => parseDirectoryRecord(bytes.subarray(0, length), 0);
      expect(cut).toThrow(expect.objectContaining({ code: 'out-of-bounds' }));
    }
    bytes[32] = 0;
    expect(() => parseDirectoryRecord(bytes, 0)).toThrow(malformed);
  });
});

describe('a primary volume descriptor', () => {
  const input = {
    volumeId: 'Volume',
    applicationId: 'Application',
    spaceSize: 1234,
    pathTableSize: 10,
    littleEndianPathTable: 18,
    bigEndianPathTable: 19,
    createdAt: 1_234_567_890,
    applicationUse: Uint8Array.of(1, 2, 3),
    rootRecord: serializeDirectoryRecord({
      ...{ extentLocation: 20, dataLength: 2048, recordedAt: 5, directory: true, multiExtent: false },
      ...{ identifier: Uint8Array.of(0), systemUse: new Uint8Array(0) },
    }),
  };

  test('is parsed as it was serialized', () => {
    const bytes = serializePrimaryDescriptor(input);
    expect(bytes).toHaveLength(2048);
    expect(parseDescriptorType(bytes, 0)).toBe(DescriptorType.primary);
    expect(parseVolumeDescriptor(bytes, 0)).toMatchObject({
      ...{ systemId: 'LINUX', volumeId: 'Volume', applicationId: 'Application', volumeSetId: '', publisherId: '' },
      ...{ spaceSize: 1234, logicalBlockSize: 2048, createdAt: 1_234_567_890, modifiedAt: 1_234_567_890 },
      ...{ expiresAt: undefined, effectiveAt: undefined, escapeSequences: new Uint8Array(0) },
      rootRecord: { extentLocation: 20, dataLength: 2048, directory: true },
    });
    const { applicationUse } = parseVolumeDescriptor(bytes, 0);
    expect(applicationUse).toHaveLength(APPLICATION_USE_SIZE);
    expect([...applicationUse.subarray(0, 4)]).toEqual([1, 2, 3, 0]);
  });

  test('has its path tables where each byte order expects them', () => {
    const view = new DataView(serializePrimaryDescriptor(input).buffer);
    expect([view.getUint32(140, true), view.getUint32(148)]).toEqual([18, 19]);
  });

  test.each([0, 256, 4096, 2047])('with logical blocks of %d bytes is malformed', (size) => {
    const bytes = serializePrimaryDescriptor(input);
    bytes.set(writeBothEndian16(new RecordWriter(4), size).bytes, 128);
    expect(() => parseVolumeDescriptor(bytes, 0)).toThrow(malformed);
  });

  test('is followed by a terminator', () => {
    expect(parseDescriptorType(serializeTerminator(), 0)).toBe(DescriptorType.terminator);
  });

  test('is not what does not say CD001', () => {
    expect(() => parseDescriptorType(new Uint8Array(2048), 0)).toThrow(malformed);
  });
});

describe('the level of Joliet', () => {
  test.each([
    ['%/@', 1],
    ['%/C', 2],
    ['%/E', 3],
    ['%/A', undefined],
    ['%', undefined],
    ['', undefined],
    ['(/E', undefined],
  ])('of the escape sequence %j is %s', (text, level) => {
    expect(jolietLevel(Buffer.from(text))).toBe(level);
  });
});

test('a path table is written in either byte order', () => {
  const records = [
    { identifier: Uint8Array.of(0), extentLocation: 0x0102_0304, parentNumber: 1 },
    { identifier: Buffer.from('USR'), extentLocation: 5, parentNumber: 0x0607 },
    { identifier: Buffer.from('LIB2'), extentLocation: 6, parentNumber: 2 },
  ];
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  expect(hex(serializePathTable(records, 'little-endian'))).toBe(
    ['0100040302010100', '0000', '0300050000000706', '55535200', '0400060000000200', '4c494232'].join(''),
  );
  expect(hex(serializePathTable(records, 'big-endian'))).toBe(
    ['0100010203040001', '0000', '0300000000050607', '55535200', '0400000000060002', '4c494232'].join(''),
  );
  expect(pathTableSize([1, 3, 4])).toBe(serializePathTable(records, 'big-endian').length);
});

describe('the start of a compressed file', () => {
  test('is parsed as it was serialized', () => {
    const bytes = serializeZisofsStart({ size: 100_000, blockShift: 15 }, [36, 40, 40, 50, 60]);
    expect(bytes).toHaveLength(zisofsStartLength(4));
    expect(parseZisofsHeader(reader(bytes), 1)).toEqual({ size: 100_000, headerSize: 16, blockShift: 15 });
    expect(Buffer.from(bytes).toString('hex', 0, 20)).toBe('37e45396c9dbd607a0860100040f000024000000');
  });

  test('of the other version is malformed', () => {
    const bytes = serializeZisofsStart({ size: 100_000, blockShift: 15 }, [36, 40]);
    expect(() => parseZisofsHeader(reader(bytes), 2)).toThrow(malformed);
  });

  test('of another algorithm in version 2 is malformed', () => {
    const bytes = Buffer.from('ef2255a1bc1b95a00006020f40420f000000000000000000', 'hex');
    expect(() => parseZisofsHeader(reader(bytes), 2)).toThrow(malformed);
    bytes[10] = 1;
    expect(parseZisofsHeader(reader(bytes), 2)).toEqual({ size: 1_000_000, headerSize: 24, blockShift: 15 });
  });
});
