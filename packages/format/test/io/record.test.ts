import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordReader } from '../../src/io/record-reader.ts';
import { RecordWriter } from '../../src/io/record-writer.ts';

describe.each(['little-endian', 'big-endian'] as const)('a %s record', (byteOrder) => {
  test('is read as it was written', () => {
    const fields = fc.tuple(
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: -0x8000, max: 0x7fff }),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    );
    fc.assert(
      fc.property(fields, ([byte, short, signed, word, wide, size]) => {
        const writer = new RecordWriter(27, byteOrder);
        writer.uint8(byte).uint16(short).int16(signed).uint32(word).uint64(wide).uint64(size).set(Uint8Array.of(1, 2));
        const record = new RecordReader(writer.bytes, { what: 'record', byteOrder });
        const read = [record.uint8(), record.uint16(), record.int16(), record.uint32(), record.bigUint64()];
        expect(read).toEqual([byte, short, signed, word, wide]);
        expect(record.uint64()).toBe(size);
        expect([...record.bytes(2)]).toEqual([1, 2]);
        expect(record.remaining).toBe(0);
      }),
    );
  });
});

describe('a record of which only the first bytes are given', () => {
  const whole = Uint8Array.from({ length: 40 }, (_, index) => index);

  test('is read to its end, the rest fetched when it is needed', () => {
    const asked: number[] = [];
    const more = (length: number) => {
      asked.push(length);
      return whole.subarray(0, Math.max(length, 10));
    };
    const record = new RecordReader(whole.subarray(0, 3), { what: 'thing', more });
    expect(record.uint16()).toBe(0x0100);
    expect(record.uint32()).toBe(0x0504_0302);
    expect([...record.bytes(5)]).toEqual([6, 7, 8, 9, 10]);
    expect(record.position).toBe(11);
    expect(asked).toEqual([6, 11]);
  });

  test('ends where there is no more', () => {
    const record = new RecordReader(whole.subarray(0, 3), { what: 'thing', base: 7, more: () => whole.subarray(0, 5) });
    record.skip(3);
    expect(() => record.uint32()).toThrow(
      expect.objectContaining({ message: 'Cannot parse thing: expected 4 more bytes at offset 10, found 2' }),
    );
  });

  test('can be one of several in the same bytes', () => {
    const records = new RecordReader(whole, { what: 'thing' });
    records.seek(20);
    expect(records.uint8()).toBe(20);
    expect(records.remaining).toBe(19);
    records.seek(2);
    expect(records.uint8()).toBe(2);
  });
});

test('an error about a record in a compressed block names the block, and asks for its name only then', () => {
  let asked = 0;
  const what = () => {
    asked += 1;
    return 'thing';
  };
  const record = new RecordReader(new Uint8Array(4), { what, base: 500, compressed: true });
  record.uint16();
  expect(asked).toBe(0);
  expect(record.malformed('it must be right')).toMatchObject({
    message: 'Cannot parse thing: it must be right',
    offset: 500,
  });
  expect(() => record.uint32()).toThrow(expect.objectContaining({ code: 'out-of-bounds', offset: 500 }));
});

describe('reading a record', () => {
  const record = (length: number) => new RecordReader(new Uint8Array(length), { what: 'thing', base: 100 });

  test('beyond its end is out of bounds and says where', () => {
    const short = record(5);
    short.uint32();
    expect(() => short.uint16()).toThrow(
      expect.objectContaining({
        code: 'out-of-bounds',
        offset: 104,
        message: 'Cannot parse thing: expected 2 more bytes at offset 104, found 1',
      }),
    );
  });

  test.each([
    ['uint8', 0],
    ['uint16', 1],
    ['int16', 1],
    ['uint32', 3],
    ['uint64', 7],
    ['bigUint64', 7],
  ] as const)('%s needs more than %d bytes', (field, length) => {
    expect(() => record(length)[field]()).toThrow(expect.objectContaining({ code: 'out-of-bounds' }));
  });

  test('a size of 2^53 or more is malformed', () => {
    const { bytes } = new RecordWriter(8).uint64(2n ** 53n);
    expect(() => new RecordReader(bytes, { what: 'thing', base: 16 }).uint64()).toThrow(
      expect.objectContaining({ code: 'malformed', offset: 16 }),
    );
  });

  test('that is a view begins where the view begins', () => {
    const view = Uint8Array.of(9, 9, 1, 0).subarray(2);
    expect(new RecordReader(view, { what: 'thing' }).uint16()).toBe(1);
  });
});

test('writing beyond the end of a record is a mistake of the caller', () => {
  expect(() => new RecordWriter(3).uint32(1)).toThrow(RangeError);
  expect(() => new RecordWriter(3).set(new Uint8Array(4))).toThrow(RangeError);
});
