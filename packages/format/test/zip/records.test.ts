import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordReader } from '../../src/io/record-reader.ts';
import { CENTRAL_HEADER_SIZE, parseCentralHeader, serializeCentralHeader } from '../../src/zip/central-header.ts';
import { crc32 } from '../../src/zip/crc32.ts';
import { END_RECORD_SIZE, parseEndRecord, serializeEndRecord } from '../../src/zip/end-record.ts';
import { findExtraField, serializeExtraField } from '../../src/zip/extra-field.ts';
import { LOCAL_HEADER_SIZE, parseLocalHeader, serializeLocalHeader } from '../../src/zip/local-header.ts';
import {
  parseZip64EndLocator,
  serializeZip64EndLocator,
  ZIP64_END_LOCATOR_SIZE,
} from '../../src/zip/zip64-end-locator.ts';
import { parseZip64EndRecord, serializeZip64EndRecord, ZIP64_END_RECORD_SIZE } from '../../src/zip/zip64-end-record.ts';

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint64 = fc.maxSafeNat();
const bytes = fc.uint8Array({ maxLength: 40 });
const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });
const outOfBounds = expect.objectContaining({ name: 'AppImageError', code: 'out-of-bounds' });

/** That each cut of a record is out of bounds. */
function expectCutsRefused(record: Uint8Array, parse: (bytes: Uint8Array) => unknown): void {
  for (let length = 0; length < record.length; length++) {
    expect(() => parse(record.subarray(0, length)), `${length} bytes`).toThrow(outOfBounds);
  }
}

describe('an end record', () => {
  const fields = fc.record({
    disk: uint16,
    directoryDisk: uint16,
    entriesOnDisk: uint16,
    entryCount: uint16,
    directorySize: uint32,
    directoryOffset: uint32,
    commentLength: uint16,
  });

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fields, (end) => {
        const record = serializeEndRecord(end);
        expect(record.length).toBe(END_RECORD_SIZE);
        expect(parseEndRecord(record)).toEqual(end);
        expectCutsRefused(record, parseEndRecord);
      }),
    );
  });

  test('with another signature is malformed', () => {
    expect(() => parseEndRecord(new Uint8Array(22))).toThrow(malformed);
  });
});

describe('a Zip64 end locator', () => {
  test('is parsed as it was serialized', () => {
    const fields = fc.record({ recordDisk: uint32, recordOffset: uint64, diskCount: uint32 });
    fc.assert(
      fc.property(fields, (locator) => {
        const record = serializeZip64EndLocator(locator);
        expect(record.length).toBe(ZIP64_END_LOCATOR_SIZE);
        expect(parseZip64EndLocator(record)).toEqual(locator);
        expectCutsRefused(record, parseZip64EndLocator);
      }),
    );
  });

  test('is not seen in other bytes', () => {
    expect(parseZip64EndLocator(new Uint8Array(20))).toBeUndefined();
  });
});

describe('a Zip64 end record', () => {
  const fields = fc.record({
    size: fc.integer({ min: ZIP64_END_RECORD_SIZE, max: 2 ** 50 }),
    versionMadeBy: uint16,
    versionNeeded: uint16,
    disk: uint32,
    directoryDisk: uint32,
    entriesOnDisk: uint64,
    entryCount: uint64,
    directorySize: uint64,
    directoryOffset: uint64,
  });

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fields, (end) => {
        const record = serializeZip64EndRecord(end);
        expect(record.length).toBe(ZIP64_END_RECORD_SIZE);
        expect(parseZip64EndRecord(record)).toEqual(end);
        expectCutsRefused(record, parseZip64EndRecord);
      }),
    );
  });

  test('with another signature or too small a size is malformed', () => {
    const record = new DataView(new ArrayBuffer(56));
    expect(() => parseZip64EndRecord(new Uint8Array(record.buffer))).toThrow(malformed);
    record.setUint32(0, 0x0606_4b50, true);
    record.setUint32(4, 43, true);
    expect(() => parseZip64EndRecord(new Uint8Array(record.buffer))).toThrow(malformed);
    record.setUint32(4, 44, true);
    expect(parseZip64EndRecord(new Uint8Array(record.buffer)).size).toBe(56);
    record.setBigUint64(4, BigInt(Number.MAX_SAFE_INTEGER), true);
    expect(() => parseZip64EndRecord(new Uint8Array(record.buffer))).toThrow(malformed);
  });
});

describe('a central header', () => {
  const fields = fc.record({
    versionMadeBy: uint16,
    versionNeeded: uint16,
    flags: uint16,
    method: uint16,
    dosTime: uint16,
    dosDate: uint16,
    crc32: uint32,
    compressedSize: uint32,
    uncompressedSize: uint32,
    disk: uint16,
    internalAttributes: uint16,
    externalAttributes: uint32,
    localHeaderOffset: uint32,
    name: bytes,
    extra: bytes,
    comment: bytes,
  });
  const parse = (record: Uint8Array) => parseCentralHeader(new RecordReader(record, { what: 'header' }));

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fields, (header) => {
        const record = serializeCentralHeader(header);
        const { name, extra, comment } = header;
        expect(record.length).toBe(CENTRAL_HEADER_SIZE + name.length + extra.length + comment.length);
        expect(parse(record)).toEqual(header);
        expectCutsRefused(record, parse);
      }),
    );
  });

  test('with another signature is malformed', () => {
    expect(() => parse(new Uint8Array(46))).toThrow(malformed);
  });
});

describe('a local header', () => {
  const fields = fc.record({
    versionNeeded: uint16,
    flags: uint16,
    method: uint16,
    dosTime: uint16,
    dosDate: uint16,
    crc32: uint32,
    compressedSize: uint32,
    uncompressedSize: uint32,
    extraLength: uint16,
    name: bytes,
  });

  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(fields, (header) => {
        const record = serializeLocalHeader(header);
        expect(record.length).toBe(LOCAL_HEADER_SIZE + header.name.length);
        expect(parseLocalHeader(record)).toEqual(header);
        expectCutsRefused(record, parseLocalHeader);
      }),
    );
  });

  test('with another signature is malformed', () => {
    expect(() => parseLocalHeader(new Uint8Array(30))).toThrow(malformed);
  });
});

describe('extra fields', () => {
  const one = serializeExtraField(1, Uint8Array.of(1, 2, 3));
  const two = serializeExtraField(2, new Uint8Array(0));

  test('are found by their id, the first of several', () => {
    const extra = new Uint8Array([...one, ...two, ...serializeExtraField(1, Uint8Array.of(9))]);
    expect(findExtraField(extra, 1)).toEqual(Uint8Array.of(1, 2, 3));
    expect(findExtraField(extra, 2)).toEqual(new Uint8Array(0));
    expect(findExtraField(extra, 3)).toBeUndefined();
  });

  test('end where no whole field is left', () => {
    expect(findExtraField(Buffer.concat([two, one.subarray(0, 6)]), 1)).toBeUndefined();
    expect(findExtraField(Buffer.concat([one, Uint8Array.of(2, 0, 0)]), 2)).toBeUndefined();
    expect(findExtraField(new Uint8Array(0), 0)).toBeUndefined();
  });
});

describe('the CRC-32', () => {
  test('is that of ISO 3309', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf4_3926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  test('of pieces is that of the whole', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        expect(crc32(right, crc32(left))).toBe(crc32(Buffer.concat([left, right])));
      }),
    );
  });
});
