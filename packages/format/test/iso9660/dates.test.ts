import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordReader } from '../../src/io/record-reader.ts';
import { RecordWriter } from '../../src/io/record-writer.ts';
import { DIRECTORY_DATE_SIZE, parseDirectoryDate, writeDirectoryDate } from '../../src/iso9660/directory-date.ts';
import { parseVolumeDate, VOLUME_DATE_SIZE, writeVolumeDate } from '../../src/iso9660/volume-date.ts';

const reader = (bytes: Uint8Array) => new RecordReader(bytes, { what: 'date' });
const seconds = fc.integer({ min: 0, max: 0xffff_ffff });
const ofDirectory = (...bytes: readonly number[]) => parseDirectoryDate(reader(Uint8Array.from(bytes)));
const ofVolume = (digits: string, offset: number) =>
  parseVolumeDate(reader(Uint8Array.from([...Buffer.from(digits, 'latin1'), offset & 0xff])));

describe('the date of a directory record', () => {
  test('is parsed as it was written', () => {
    fc.assert(
      fc.property(seconds, (time) => {
        const writer = new RecordWriter(DIRECTORY_DATE_SIZE);
        expect(parseDirectoryDate(reader(writeDirectoryDate(writer, time).bytes))).toBe(time);
      }),
    );
  });

  test('is written in UTC', () => {
    const { bytes } = writeDirectoryDate(new RecordWriter(DIRECTORY_DATE_SIZE), 1_234_567_890);
    expect([...bytes]).toEqual([109, 2, 13, 23, 31, 30, 0]);
  });

  test('counts quarters of an hour from Greenwich', () => {
    expect(ofDirectory(109, 2, 14, 0, 31, 30, 4)).toBe(1_234_567_890);
    expect(ofDirectory(109, 2, 13, 20, 1, 30, 256 - 14)).toBe(1_234_567_890);
  });

  test('has no offset where that is beyond thirteen hours', () => {
    expect(ofDirectory(109, 2, 13, 23, 31, 30, 100)).toBe(1_234_567_890);
  });

  test('may be before 1970', () => {
    expect(ofDirectory(69, 12, 31, 23, 59, 59, 0)).toBe(-1);
  });

  test.each([
    [0, 0, 0, 0, 0, 0, 0],
    [109, 0, 13, 0, 0, 0, 0],
    [109, 2, 0, 0, 0, 0, 0],
  ])('that is none is 0: %j', (...bytes) => {
    expect(ofDirectory(...bytes)).toBe(0);
  });
});

describe('the date of a volume', () => {
  test('is parsed as it was written', () => {
    fc.assert(
      fc.property(seconds, (time) => {
        const writer = new RecordWriter(VOLUME_DATE_SIZE);
        expect(parseVolumeDate(reader(writeVolumeDate(writer, time).bytes))).toBe(time);
      }),
    );
  });

  test('is written as digits in UTC', () => {
    const { bytes } = writeVolumeDate(new RecordWriter(VOLUME_DATE_SIZE), 1_234_567_890);
    expect(Buffer.from(bytes).toString('latin1')).toBe('2009021323313000\0');
  });

  test('may be left out', () => {
    const { bytes } = writeVolumeDate(new RecordWriter(VOLUME_DATE_SIZE), undefined);
    expect(Buffer.from(bytes).toString('latin1')).toBe(`${'0'.repeat(16)}\0`);
    expect(parseVolumeDate(reader(bytes))).toBeUndefined();
  });

  test('counts quarters of an hour from Greenwich', () => {
    expect(ofVolume('2009021400313000', 4)).toBe(1_234_567_890);
    expect(ofVolume('2009021320013000', -14)).toBe(1_234_567_890);
  });

  test.each([' '.repeat(16), '\0'.repeat(16), '200902132331300x', '2009000000000000'])(
    'that is none is undefined: %j',
    (digits) => {
      expect(ofVolume(digits, 0)).toBeUndefined();
    },
  );
});
