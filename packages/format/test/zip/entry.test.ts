import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import { RecordReader } from '../../src/io/record-reader.ts';
import { type CentralHeader, parseCentralHeader } from '../../src/zip/central-header.ts';
import { crc32 } from '../../src/zip/crc32.ts';
import { entryMode } from '../../src/zip/entry-mode.ts';
import { entryName } from '../../src/zip/entry-name.ts';
import { entryOwner } from '../../src/zip/entry-owner.ts';
import { modificationTime } from '../../src/zip/entry-times.ts';
import { ExtraFieldId, serializeExtraField } from '../../src/zip/extra-field.ts';
import { entryPlace } from '../../src/zip/zip64-field.ts';

const UNIX = 3 * 256;
const NTFS = 10 * 256;
const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });

function header(fields: Partial<CentralHeader> = {}): CentralHeader {
  const empty = new Uint8Array(46);
  empty.set([0x50, 0x4b, 1, 2]);
  return { ...parseCentralHeader(new RecordReader(empty, { what: 'header' })), versionMadeBy: UNIX, ...fields };
}

function named(name: string | Uint8Array, fields: Partial<CentralHeader> = {}): CentralHeader {
  return header({ name: typeof name === 'string' ? Buffer.from(name) : name, ...fields });
}

describe('the name of an entry', () => {
  test.each<[string, string[], boolean]>([
    ['file', ['file'], false],
    ['folder/file', ['folder', 'file'], false],
    ['folder/', ['folder'], true],
    ['./folder//./file', ['folder', 'file'], false],
    ['./', [], true],
    ['back\\slash', ['back\\slash'], false],
    ['...', ['...'], false],
    ['C:file', ['C:file'], false],
  ])('%j leads to %j', (name, names, isDirectory) => {
    expect(entryName(named(name))).toEqual({ names, isDirectory });
  });

  test.each(['/etc/passwd', '../file', 'folder/../../file', 'folder/..', '..', 'a\0b', ''])(
    '%j is malformed',
    (name) => {
      expect(() => entryName(named(name))).toThrow(malformed);
    },
  );

  test('is separated by backslashes where they are separators', () => {
    const fields = { versionMadeBy: NTFS };
    expect(entryName(named('folder\\file', fields))).toEqual({ names: ['folder', 'file'], isDirectory: false });
    for (const name of ['..\\file', '\\file', 'C:\\file', 'c:file']) {
      expect(() => entryName(named(name, fields)), name).toThrow(malformed);
    }
  });

  test('keeps bytes that are not UTF-8', () => {
    expect(entryName(named(Uint8Array.of(0x61, 0x2f, 0x81)))).toEqual({ names: ['a', '\udc81'], isDirectory: false });
  });

  test('has at most 4,095 bytes', () => {
    expect(entryName(named('x'.repeat(4095))).names).toHaveLength(1);
    expect(() => entryName(named('x'.repeat(4096)))).toThrow(malformed);
  });

  test('is that of the Unicode field, if that was made for it', () => {
    const name = Uint8Array.of(0x81);
    const field = (crc: number) => {
      const content = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from('ü')]);
      content.writeUInt32LE(crc, 1);
      return serializeExtraField(ExtraFieldId.unicodePath, content);
    };
    expect(entryName(named(name, { extra: field(crc32(name)) })).names).toEqual(['ü']);
    expect(entryName(named(name, { extra: field(crc32(name) ^ 1) })).names).toEqual(['\udc81']);
  });
});

describe('the mode of an entry', () => {
  const unix = (mode: number, fields: Partial<CentralHeader> = {}) =>
    entryMode(header({ externalAttributes: mode * 65_536, ...fields }), false);

  test('of Unix has type and permissions', () => {
    expect(unix(0o104755)).toEqual({ type: 'file', mode: 0o4755 });
    expect(unix(0o040700)).toEqual({ type: 'directory', mode: 0o700 });
    expect(unix(0o120777)).toEqual({ type: 'symlink', mode: 0o777 });
    expect(unix(0o010600)).toEqual({ type: 'fifo', mode: 0o600 });
    expect(unix(0o020600)).toEqual({ type: 'character-device', mode: 0o600 });
    expect(unix(0o060600)).toEqual({ type: 'block-device', mode: 0o600 });
    expect(unix(0o140600)).toEqual({ type: 'socket', mode: 0o600 });
    expect(unix(0o644)).toEqual({ type: 'file', mode: 0o644 });
  });

  test('is that of a file where a FIFO has a content', () => {
    expect(unix(0o010600, { uncompressedSize: 1 })).toEqual({ type: 'file', mode: 0o600 });
  });

  test('of other systems is a common one', () => {
    const dos = (externalAttributes: number, isDirectory = false) =>
      entryMode(header({ versionMadeBy: 0, externalAttributes }), isDirectory);
    expect(dos(0xffff_0020)).toEqual({ type: 'file', mode: 0o644 });
    expect(dos(0x01)).toEqual({ type: 'file', mode: 0o444 });
    expect(dos(0x10)).toEqual({ type: 'directory', mode: 0o755 });
    expect(dos(0, true)).toEqual({ type: 'directory', mode: 0o755 });
  });

  test('is that of a directory where the name says so', () => {
    expect(entryMode(header({ externalAttributes: 0o100644 * 65_536 }), true).type).toBe('directory');
  });
});

describe('the time of an entry', () => {
  test('is that of the header, as UTC', () => {
    const dos = { dosDate: (44 << 9) | (2 << 5) | 29, dosTime: (23 << 11) | (59 << 5) | 29 };
    expect(modificationTime(header(dos))).toBe(Date.UTC(2024, 1, 29, 23, 59, 58) / 1000);
    expect(modificationTime(header())).toBe(Date.UTC(1980, 0, 1) / 1000);
    expect(modificationTime(header({ dosDate: 15 << 5 }))).toBe(Date.UTC(1980, 11, 1) / 1000);
  });

  test('is that of the extended timestamp before all others', () => {
    const time = (flags: number, seconds: number) => {
      const content = Buffer.alloc(5, flags);
      content.writeInt32LE(seconds, 1);
      return serializeExtraField(ExtraFieldId.extendedTimestamp, content);
    };
    const ntfs = Buffer.alloc(32);
    ntfs.writeUInt16LE(1, 4);
    ntfs.writeUInt16LE(24, 6);
    ntfs.writeBigUInt64LE((11_644_473_600n + 1_700_000_000n) * 10_000_000n + 9_999_999n, 8);
    const field = serializeExtraField(ExtraFieldId.ntfsTimes, ntfs);
    expect(modificationTime(header({ extra: Buffer.concat([field, time(1, -5)]) }))).toBe(-5);
    expect(modificationTime(header({ extra: Buffer.concat([field, time(2, -5)]) }))).toBe(1_700_000_000);
    expect(modificationTime(header({ extra: time(2, -5) }))).toBe(Date.UTC(1980, 0, 1) / 1000);
  });
});

describe('the owner of an entry', () => {
  const owner = (...bytes: number[]) => entryOwner(serializeExtraField(ExtraFieldId.unixOwner, Uint8Array.from(bytes)));

  test('has numbers of any width', () => {
    expect(owner(1, 4, 0xe8, 3, 0, 0, 4, 0xe9, 3, 0, 0)).toEqual({ uid: 1000, gid: 1001 });
    expect(owner(1, 1, 5, 2, 0, 1)).toEqual({ uid: 5, gid: 256 });
    expect(owner(1, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0)).toEqual({ uid: 0xffff_ffff, gid: 0 });
  });

  test.each([
    ['there is no field', () => entryOwner(new Uint8Array(0))],
    ['it is empty', () => owner()],
    ['it is of another version', () => owner(2, 1, 5, 1, 5)],
    ['it is cut off', () => owner(1, 1, 5, 4, 5)],
    ['it lacks the group', () => owner(1, 1, 5)],
    ['a number has more than 32 bits', () => owner(1, 5, 0, 0, 0, 0, 1, 1, 5)],
  ])('is root where %s', (_, read) => {
    expect(read()).toEqual({ uid: 0, gid: 0 });
  });
});

describe('sizes and place of an entry', () => {
  const zip64 = (...values: bigint[]) => {
    const content = Buffer.alloc(values.length * 8);
    for (const [index, value] of values.entries()) content.writeBigUInt64LE(value, index * 8);
    return serializeExtraField(ExtraFieldId.zip64, content);
  };

  test('are those of the header, whatever a Zip64 field says beside it', () => {
    const fields = { uncompressedSize: 1, compressedSize: 2, localHeaderOffset: 3 };
    expect(entryPlace(header({ ...fields, extra: zip64(7n, 8n, 9n) }))).toEqual({ ...fields, disk: 0 });
  });

  test('are in the Zip64 field in a fixed order, without those that the header has', () => {
    const all = { uncompressedSize: 0xffff_ffff, compressedSize: 0xffff_ffff, localHeaderOffset: 0xffff_ffff };
    expect(entryPlace(header({ ...all, extra: zip64(2n ** 40n, 2n ** 39n, 2n ** 38n) }))).toEqual({
      uncompressedSize: 2 ** 40,
      compressedSize: 2 ** 39,
      localHeaderOffset: 2 ** 38,
      disk: 0,
    });
    const offset = { uncompressedSize: 1, compressedSize: 2, localHeaderOffset: 0xffff_ffff };
    expect(entryPlace(header({ ...offset, extra: zip64(2n ** 38n) }))).toEqual({
      ...offset,
      localHeaderOffset: 2 ** 38,
      disk: 0,
    });
  });

  test.each<[string, Partial<CentralHeader>, string]>([
    ['without a Zip64 field', { compressedSize: 0xffff_ffff }, 'malformed'],
    ['with too short a Zip64 field', { uncompressedSize: 0xffff_ffff, extra: zip64() }, 'out-of-bounds'],
    ['above 2^53', { uncompressedSize: 0xffff_ffff, extra: zip64(2n ** 60n) }, 'malformed'],
  ])('%s are refused', (_, fields, code) => {
    expect(() => entryPlace(header(fields))).toThrow(expect.objectContaining({ name: 'AppImageError', code }));
  });
});

test('any header gives fields or an AppImageError', () => {
  const fields = fc.record({
    name: fc.uint8Array({ maxLength: 20 }),
    extra: fc.uint8Array({ maxLength: 60 }),
    versionMadeBy: fc.constantFrom(0, UNIX, NTFS),
    dosDate: fc.integer({ min: 0, max: 0xffff }),
    dosTime: fc.integer({ min: 0, max: 0xffff }),
    externalAttributes: fc.integer({ min: 0, max: 0xffff_ffff }),
    uncompressedSize: fc.constantFrom(0, 0xffff_ffff),
  });
  fc.assert(
    fc.property(fields, (random) => {
      const entry = header(random);
      for (const read of [entryName, entryPlace, modificationTime, (own: CentralHeader) => entryOwner(own.extra)]) {
        try {
          read(entry);
        } catch (error) {
          expect(isAppImageError(error)).toBe(true);
        }
      }
      expect(Number.isSafeInteger(modificationTime(entry))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
