import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileType } from '../../../src/filesystem/readonly-file-system.ts';
import { parseAlternateName, serializeAlternateName } from '../../../src/iso9660/system-use/alternate-name.ts';
import { parseChildLink } from '../../../src/iso9660/system-use/child-link.ts';
import {
  CONTINUATION_ENTRY_SIZE,
  parseContinuationArea,
  serializeContinuationArea,
} from '../../../src/iso9660/system-use/continuation-area.ts';
import { parseDeviceNumber, serializeDeviceNumber } from '../../../src/iso9660/system-use/device-number.ts';
import { parseEntries, type SystemUseEntry } from '../../../src/iso9660/system-use/entry.ts';
import {
  parseExtensionsReference,
  serializeRockRidgeReference,
} from '../../../src/iso9660/system-use/extensions-reference.ts';
import {
  POSIX_ATTRIBUTES_SIZE,
  parsePosixAttributes,
  serializePosixAttributes,
} from '../../../src/iso9660/system-use/posix-attributes.ts';
import { parseSharingProtocol, serializeSharingProtocol } from '../../../src/iso9660/system-use/sharing-protocol.ts';
import { serializeSymbolicLink, TargetCollector } from '../../../src/iso9660/system-use/symbolic-link.ts';
import {
  parseModificationTime,
  serializeTimeStamps,
  TIME_STAMPS_SIZE,
} from '../../../src/iso9660/system-use/time-stamps.ts';
import {
  parseZisofsEntry,
  serializeZisofsEntry,
  ZISOFS_ENTRY_SIZE,
} from '../../../src/iso9660/system-use/zisofs-entry.ts';

const uint32 = fc.nat({ max: 0xffff_ffff });

/** The only entry of an area. */
function only(bytes: Uint8Array, signature: string): SystemUseEntry {
  const entries = [...parseEntries(bytes, 0)];
  expect(entries.map((entry) => entry.signature)).toEqual([signature]);
  return entries[0] as SystemUseEntry;
}

const fromHex = (...parts: readonly string[]) => new Uint8Array(Buffer.from(parts.join('').replaceAll(' ', ''), 'hex'));

describe('an area of entries', () => {
  const signatures = (...parts: readonly string[]) =>
    [...parseEntries(fromHex(...parts), 0)].map(({ signature }) => signature);

  test('ends with its terminator', () => {
    expect(signatures('4141 04 01', '5354 04 01', '4242 04 01')).toEqual(['AA']);
  });

  test('ends with padding', () => {
    expect(signatures('4141 04 01', '00000000', '4242 04 01')).toEqual(['AA']);
    expect(signatures('4141 04 01', '000000')).toEqual(['AA']);
  });

  test('ends with an entry that is longer than what is left, or shorter than its header', () => {
    expect(signatures('4141 04 01', '4242 06 01 00')).toEqual(['AA']);
    expect(signatures('4141 04 01', '4242 03 01 4343 04 01')).toEqual(['AA']);
  });
});

describe('an entry that is parsed as it was serialized is', () => {
  test('PX', () => {
    const types = fc.constantFrom<FileType>(
      ...(['file', 'directory', 'symlink', 'block-device', 'character-device', 'fifo', 'socket'] as const),
    );
    const attributes = fc.record({
      ...{ type: types, mode: fc.nat({ max: 0o7777 }), links: uint32, uid: uint32, gid: uint32, serial: uint32 },
    });
    fc.assert(
      fc.property(attributes, (given) => {
        const bytes = serializePosixAttributes(given);
        expect(bytes).toHaveLength(POSIX_ATTRIBUTES_SIZE);
        expect(parsePosixAttributes(only(bytes, 'PX').record)).toEqual(given);
      }),
    );
  });

  test('PN', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xfff }), fc.nat({ max: 0xf_ffff }), (major, minor) => {
        expect(parseDeviceNumber(only(serializeDeviceNumber({ major, minor }), 'PN').record)).toEqual({ major, minor });
      }),
    );
  });

  test('CE', () => {
    fc.assert(
      fc.property(uint32, uint32, uint32, (block, offset, length) => {
        const bytes = serializeContinuationArea({ block, offset, length });
        expect(bytes).toHaveLength(CONTINUATION_ENTRY_SIZE);
        expect(parseContinuationArea(only(bytes, 'CE').record)).toEqual({ block, offset, length });
      }),
    );
  });

  test('TF', () => {
    fc.assert(
      fc.property(uint32, (seconds) => {
        const bytes = serializeTimeStamps(seconds);
        expect(bytes).toHaveLength(TIME_STAMPS_SIZE);
        expect(parseModificationTime(only(bytes, 'TF').record)).toBe(seconds);
      }),
    );
  });

  test('NM', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 255 }), (name) => {
        const entries = [...parseEntries(Buffer.concat(serializeAlternateName(name)), 0)];
        expect(entries).toHaveLength(name.length > 250 ? 2 : 1);
        const pieces = entries.map(({ record }) => parseAlternateName(record) as Uint8Array);
        expect(Buffer.compare(Buffer.concat(pieces), name)).toBe(0);
      }),
    );
  });

  test('SL, whatever slashes and dots are in it and however long it is', () => {
    const targets = fc
      .array(
        fc.oneof(
          fc.constantFrom('/', '//', '.', '..', 'a'),
          fc.nat({ max: 600 }).map((length) => 'x'.repeat(length)),
        ),
        {
          minLength: 1,
          maxLength: 200,
        },
      )
      .map((parts) => parts.join('').slice(0, 4095))
      .filter((target) => target !== '');
    fc.assert(
      fc.property(targets, (target) => {
        const bytes = serializeSymbolicLink(Buffer.from(target));
        expect(Math.max(...bytes.map(({ length }) => length))).toBeLessThanOrEqual(255);
        const collector = new TargetCollector();
        for (const { record } of parseEntries(Buffer.concat(bytes), 0)) collector.add(record);
        expect(Buffer.from(collector.target ?? []).toString()).toBe(target);
      }),
    );
  });

  test('ZF', () => {
    fc.assert(
      fc.property(uint32, fc.integer({ min: 15, max: 17 }), (size, blockShift) => {
        const entry = { version: 1, algorithm: 'pz', headerSize: 16, blockShift, size };
        const bytes = serializeZisofsEntry(entry);
        expect(bytes).toHaveLength(ZISOFS_ENTRY_SIZE);
        expect(parseZisofsEntry(only(bytes, 'ZF').record, 1)).toEqual(entry);
      }),
    );
  });
});

describe('SP', () => {
  test('announces entries', () => {
    expect(parseSharingProtocol(only(serializeSharingProtocol(), 'SP'))).toBe(0);
    expect(parseSharingProtocol(only(fromHex('5350 07 01 beef 0e'), 'SP'))).toBe(14);
  });

  test.each(['5350 07 01 efbe 00', '5350 06 01 beef', '5351 07 01 beef 00'])('does not, where it is %s', (hex) => {
    const [entry] = parseEntries(fromHex(hex), 0);
    expect(parseSharingProtocol(entry as SystemUseEntry)).toBeUndefined();
  });
});

describe('ER', () => {
  test('names Rock Ridge', () => {
    expect(parseExtensionsReference(only(serializeRockRidgeReference(), 'ER').record)).toEqual({ rockRidge: true });
  });

  test.each([
    ['RRIP_1991A', true],
    ['IEEE_1282', true],
    ['AAIP_0200', false],
  ])('that names %s is Rock Ridge: %s', (name, rockRidge) => {
    const bytes = Buffer.concat([
      Buffer.from([0x45, 0x52, 8 + name.length, 1, name.length, 0, 0, 1]),
      Buffer.from(name),
    ]);
    expect(parseExtensionsReference(only(bytes, 'ER').record)).toEqual({ rockRidge });
  });
});

describe('PX of Rock Ridge 1.09', () => {
  test('has no serial number', () => {
    const bytes = serializePosixAttributes({ type: 'file', mode: 0o644, links: 1, uid: 2, gid: 3, serial: 4 }).slice(
      0,
      36,
    );
    bytes[2] = 36;
    expect(parsePosixAttributes(only(bytes, 'PX').record)).toMatchObject({ gid: 3, serial: 0 });
  });
});

describe('PN', () => {
  test('with something in its upper half has the two numbers themselves', () => {
    const bytes = fromHex('504e 14 01', '01030000 00000301', '01000100 00010001'.replaceAll(' ', ''));
    expect(parseDeviceNumber(only(bytes, 'PN').record)).toEqual({ major: 0x301, minor: 0x1_0001 });
  });

  test('in its lower half is packed as the C library does it', () => {
    // makedev(259, 65537)
    const bytes = fromHex('504e 14 01', '00000000 00000000', '01030110 10010301');
    expect(parseDeviceNumber(only(bytes, 'PN').record)).toEqual({ major: 259, minor: 65_537 });
  });
});

describe('TF', () => {
  test('in its long form has digits', () => {
    const digits = Buffer.from('2009021323313000\0', 'latin1');
    const other = Buffer.from('1999010100000000\0', 'latin1');
    const bytes = Buffer.concat([fromHex('5446 27 01 83'), other, digits]);
    expect(parseModificationTime(only(bytes, 'TF').record)).toBe(1_234_567_890);
  });

  test('without time of modification says nothing', () => {
    expect(parseModificationTime(only(fromHex('5446 0c 01 04', '6d020d171f1e00'), 'TF').record)).toBeUndefined();
  });
});

test('NM that stands for "." or ".." has no name', () => {
  expect(parseAlternateName(only(fromHex('4e4d 05 01 02'), 'NM').record)).toBeUndefined();
  expect(parseAlternateName(only(fromHex('4e4d 05 01 04'), 'NM').record)).toBeUndefined();
});

test('CL says where the directory is', () => {
  expect(parseChildLink(only(fromHex('434c 0c 01', '17000000 00000017'), 'CL').record)).toBe(23);
});

describe('ZF of version 2', () => {
  test('has a size of 64 bits', () => {
    const bytes = fromHex('5a46 10 02 505a 06 14', '0000000001000000');
    expect(parseZisofsEntry(only(bytes, 'ZF').record, 2)).toEqual({
      ...{ version: 2, algorithm: 'PZ', headerSize: 24, blockShift: 20, size: 2 ** 32 },
    });
  });
});
