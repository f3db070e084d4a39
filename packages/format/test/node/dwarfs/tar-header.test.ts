import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../../src/errors.ts';
import {
  parseTarHeader,
  serializeTarHeader,
  TAR_BLOCK_SIZE,
  type TarHeader,
  TarType,
} from '../../../src/node/dwarfs/tar-header.ts';

const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });

const FILE: TarHeader = {
  name: Buffer.from('file'),
  mode: 0o644,
  uid: 1000,
  gid: 1001,
  size: 5,
  mtime: 1_700_000_000,
  type: TarType.file,
  target: new Uint8Array(0),
  deviceMajor: 0,
  deviceMinor: 0,
};

describe('a tar header', () => {
  test('is parsed as it was serialized', () => {
    const name = fc.uint8Array({ max: 255, min: 1, maxLength: 100 });
    const fields = fc.record({
      name,
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: fc.integer({ min: 0, max: 0xffff_ffff }),
      gid: fc.integer({ min: 0, max: 0xffff_ffff }),
      size: fc.maxSafeNat(),
      mtime: fc.maxSafeInteger(),
      type: fc.constantFrom(...Object.values(TarType)),
      target: name,
      deviceMajor: fc.integer({ min: 0, max: 0xffff_ffff }),
      deviceMinor: fc.integer({ min: 0, max: 0xffff_ffff }),
    });
    fc.assert(
      fc.property(fields, (header) => {
        const bytes = serializeTarHeader(header);
        expect(bytes.length).toBe(TAR_BLOCK_SIZE);
        expect(parseTarHeader(bytes)).toEqual(header);
      }),
    );
  });

  test('of zeros is the end', () => {
    expect(parseTarHeader(new Uint8Array(TAR_BLOCK_SIZE))).toBeUndefined();
  });

  testWith(['tar'], 'is read as GNU tar writes it', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'tree'));
    writeFileSync(join(folder, 'tree/file'), 'hello', { mode: 0o640 });
    const options = [
      '--format=gnu',
      '--owner=name:3000000',
      '--group=other:7',
      '--mtime=@-5',
      '-C',
      join(folder, 'tree'),
    ];
    const bytes = Buffer.from(run('tar', ['-cf', '-', ...options, 'file']), 'latin1');
    expect(parseTarHeader(new Uint8Array(bytes.subarray(0, TAR_BLOCK_SIZE)))).toMatchObject({
      name: new Uint8Array(Buffer.from('file')),
      mode: 0o640,
      uid: 3_000_000,
      gid: 7,
      size: 5,
      mtime: -5,
      type: TarType.file,
    });
  });

  test.each<[string, (bytes: Uint8Array) => void]>([
    ['another magic', (bytes) => bytes.set(Buffer.from('ustar\x0000'), 257)],
    ['a wrong checksum', (bytes) => bytes.set([0x78], 0)],
    ['a size that is no number', (bytes) => bytes.set(Buffer.from('9'), 124)],
    ['a size above 2^53', (bytes) => bytes.set([0x80, 0, 0, 0, 0xff], 124)],
    ['a negative size', (bytes) => bytes.set(new Uint8Array(12).fill(0xff), 124)],
  ])('with %s is malformed', (_, change) => {
    const bytes = serializeTarHeader(FILE);
    change(bytes);
    expect(() => parseTarHeader(bytes)).toThrow(malformed);
  });

  test('of any bytes gives fields or an AppImageError', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(511), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = serializeTarHeader(FILE);
        for (const [place, value] of changes) bytes[place] = value;
        try {
          parseTarHeader(bytes);
        } catch (error) {
          expect(isAppImageError(error)).toBe(true);
        }
      }),
    );
  });
});
