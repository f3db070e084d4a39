import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytes, decodeFileName } from '../../src/io/file-name.ts';
import { type ListingInput, parseListing, serializeListing } from '../../src/squashfs/directory-listing.ts';

const names = fc
  .uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte)))
  .filter((bytes) => !['.', '..'].includes(decodeFileName(bytes)));

const listings = fc
  .uniqueArray(
    fc.record({
      name: names,
      type: fc.constantFrom('directory', 'file', 'symlink', 'block-device', 'character-device', 'fifo', 'socket'),
      inode: fc.record({ block: fc.constantFrom(0, 8000, 16_000, 2 ** 31), offset: fc.nat({ max: 8191 }) }),
      number: fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 0xffff_ffff })),
    }),
    { selector: ({ name }) => Buffer.from(name).toString('hex'), maxLength: 60 },
  )
  .map((entries) => entries.sort((left, right) => compareBytes(left.name, right.name)));

describe('a listing', () => {
  test('is parsed as it was serialized', () => {
    fc.assert(
      fc.property(listings, fc.constantFrom(100, 8192), (entries, interval) => {
        const { bytes } = serializeListing(entries, interval);
        const expected = entries.map(({ name, type, inode }) => ({ name: decodeFileName(name), type, inode }));
        expect(parseListing(bytes, { what: 'listing' })).toEqual(expected);
      }),
    );
  });

  test('has index points at headers, with the first name behind each and no more than an interval apart', () => {
    fc.assert(
      fc.property(listings, fc.integer({ min: 300, max: 3000 }), (entries, interval) => {
        const { bytes, indexPoints } = serializeListing(entries, interval);
        for (const { position, name } of indexPoints) {
          expect(parseListing(bytes.subarray(position), { what: 'rest' })[0]?.name).toBe(decodeFileName(name));
        }
        const starts = [0, ...indexPoints.map(({ position }) => position), bytes.length];
        const longest = Math.max(...starts.slice(1).map((end, index) => end - (starts[index] as number)));
        expect(longest).toBeLessThanOrEqual(interval);
      }),
    );
  });

  test('has its fields where the kernel looks for them', () => {
    const entry = (name: string, number: number, offset: number): ListingInput => ({
      name: Buffer.from(name),
      type: 'symlink',
      inode: { block: 0x1234, offset },
      number,
    });
    const { bytes } = serializeListing([entry('a', 7, 0x20), entry('bc', 5, 0x10)], 8192);
    const expected = ['01000000', '34120000', '07000000', '2000', '0000', '0300', '0000', '61', '1000', 'feff', '0300'];
    expect(Buffer.from(bytes).toString('hex')).toBe([...expected, '0100', '6263'].join(''));
  });

  test('begins a new run after 256 entries', () => {
    const entries = Array.from(
      { length: 257 },
      (_, index): ListingInput => ({
        name: Buffer.from(`${index}`.padStart(3, '0')),
        type: 'file',
        inode: { block: 0, offset: 0 },
        number: index,
      }),
    );
    const { bytes } = serializeListing(entries, 8192);
    expect(bytes).toHaveLength(2 * 12 + 257 * (8 + 3));
    expect(parseListing(bytes, { what: 'listing' })).toHaveLength(257);
  });

  test('is refused as soon as a run would go beyond the limit, whatever follows', () => {
    const run = Buffer.concat([Buffer.alloc(12), Buffer.from('00000000020000', 'hex'), Buffer.from('0061', 'hex')]);
    const damage = Buffer.from('01000000ff', 'hex');
    const parse = (maximumEntries: number) =>
      parseListing(Buffer.concat([run, damage]), { what: 'listing', maximumEntries, path: 'folder' });
    expect(() => parse(2)).toThrow(expect.objectContaining({ code: 'limit', path: 'folder' }));
    expect(() => parse(3)).toThrow(expect.objectContaining({ code: 'out-of-bounds' }));
  });

  test('of any bytes is parsed or refused with an AppImageError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 3 }), (bytes, count) => {
        const listing = Buffer.concat([Buffer.of(count, 0, 0, 0), bytes]);
        try {
          expect(parseListing(listing, { what: 'listing' }).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppImageError' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
