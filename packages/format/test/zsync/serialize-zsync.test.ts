import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseZsync, serializeZsync, type ZsyncControl } from '../../src/zsync/index.ts';
import { CONTROL, controlBytes } from './make-control.ts';

const FILE_HASH = { algorithm: 'SHA-256', digest: 'ab'.repeat(32) };

/** The headers of a control file. */
function headersOf(control: ZsyncControl): string[] {
  const [headers = ''] = Buffer.from(serializeZsync(control)).toString('latin1').split('\n\n', 1);
  return headers.split('\n');
}

describe('a control file is written', () => {
  test('with the headers that all clients want first, in the order that one of them insists on', () => {
    expect(headersOf({ ...CONTROL, fileHashes: [FILE_HASH] })).toEqual([
      'zsync: 0.6.2',
      'Filename: App.AppImage',
      'MTime: Tue, 25 Jul 2006 20:02:17 +0000',
      'Blocksize: 2048',
      'Length: 5000',
      'Hash-Lengths: 2,2,4',
      'URL: App.AppImage',
      'SHA-1: da39a3ee5e6b4b0d3255bfef95601890afd80709',
      'Safe: File-Hash',
      `File-Hash: SHA-256:${FILE_HASH.digest}`,
    ]);
  });

  test('as it was read', () => {
    expect(serializeZsync(parseZsync(controlBytes()))).toEqual(controlBytes());
  });

  test('so that old clients stop at sums of another hash, and pass over what they may ignore', () => {
    const headers = headersOf({
      ...CONTROL,
      strongHash: 'MD5',
      fileHashes: [FILE_HASH],
      otherHeaders: [
        { name: 'X-Safe', value: '1', safe: true },
        { name: 'X-Needed', value: '2', safe: false },
      ],
    });
    expect(headers.slice(8)).toEqual([
      'Strong-Hash-Algorithm: MD5',
      'Safe: File-Hash,X-Safe',
      `File-Hash: SHA-256:${FILE_HASH.digest}`,
      'X-Safe: 1',
      'X-Needed: 2',
    ]);
  });

  test('so that it reads back as the same, whatever is in it', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
      .filter((value) => value.trim() === value && !/[\0\r\n]/.test(value));
    const control = fc
      .record({
        mtime: fc.option(fc.integer({ min: 0, max: 4e9 })),
        blockSize: fc.nat(24).map((power) => 2 ** power),
        blocks: fc.integer({ min: 1, max: 40 }),
        hashLengths: fc.record({
          sequentialMatches: fc.constantFrom(1, 2),
          weak: fc.integer({ min: 1, max: 4 }),
          strong: fc.integer({ min: 3, max: 16 }),
        }),
        strongHash: fc.constantFrom('MD4', 'MD5', 'SHA-224'),
        fileName: fc.option(text.filter((name) => !(name.includes('/') || /^\.{1,2}$/.test(name)))),
        urls: fc.array(text, { maxLength: 3 }),
        others: fc.uniqueArray(text, { maxLength: 3 }),
        hasFileHash: fc.boolean(),
        seed: fc.nat(),
      })
      .map(({ blocks, others, hasFileHash, seed, ...fields }): ZsyncControl => {
        const { weak, strong } = fields.hashLengths;
        return {
          ...CONTROL,
          ...fields,
          length: blocks * fields.blockSize,
          fileHashes: hasFileHash ? [FILE_HASH] : [],
          otherHeaders: others.map((value, index) => ({ name: `X-${index}`, value, safe: index % 2 === 0 })),
          sums: {
            weak: Uint32Array.from(
              { length: blocks },
              (_, index) => (Math.imul(seed + index, 0x9e3779b1) >>> 0) % 256 ** weak,
            ),
            strong: Uint8Array.from({ length: blocks * strong }, (_, index) => seed + index),
          },
        };
      });
    fc.assert(
      fc.property(control, (original) => {
        expect(parseZsync(serializeZsync(original), { unknownHeaders: 'keep' })).toEqual(original);
      }),
    );
  });

  test('without more of a weak sum than there is room for', () => {
    const weak = Uint32Array.of(0xaabbccdd, 0x11223344, 0x55667788);
    const read = parseZsync(serializeZsync({ ...CONTROL, sums: { ...CONTROL.sums, weak } }));
    expect([...read.sums.weak]).toEqual([0xccdd, 0x3344, 0x7788]);
  });
});

describe('a control file is not written', () => {
  const manyBlocks = { weak: new Uint32Array(4), strong: new Uint8Array(16) };
  test.each<[string, Partial<ZsyncControl>, RegExp]>([
    ['of version 0.0.4', { generator: '0.0.4' }, /version must not be 0\.0\.4/],
    ['without a version', { generator: '' }, /zsync must be one line without blanks around it, found ""$/],
    ['with a path for a name', { fileName: 'a/b' }, /file name must be one without directories, found "a\/b"$/],
    ['with a line break in the name', { fileName: 'a\nURL: b' }, /Filename must be one line/],
    ['with a line break in a URL', { urls: ['a\r'] }, /URL must be one line/],
    ['with a blank before a URL', { urls: [' a'] }, /URL must be one line/],
    [
      'with a colon in the name of a header',
      { otherHeaders: [{ name: 'a:', value: 'b', safe: true }] },
      /name of a header/,
    ],
    ['with blocks of an odd size', { blockSize: 3000 }, /block size must be a power of two, found 3000$/],
    ['of an empty target', { length: 0 }, /length must be 1 byte or more, found 0$/],
    ['of half a byte', { length: 0.5 }, /length must be/],
    [
      'with long sums',
      { hashLengths: { sequentialMatches: 2, weak: 2, strong: 17 } },
      /hash lengths must be 1 to 2, 1 to 4, 3 to 16, found 2, 2, 17$/,
    ],
    ['with a wrong SHA-1', { sha1: 'DA39' }, /SHA-1 must have 40 hexadecimal digits, found "DA39"$/],
    [
      'with sums of more blocks',
      { sums: manyBlocks },
      /sums must be of 3 blocks, found 4 weak ones and 16 bytes of strong ones$/,
    ],
  ])('%s', (_, fields, message) => {
    expect(() => serializeZsync({ ...CONTROL, ...fields })).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringMatching(message) }),
    );
  });

  test('with a line that zsync 0.6 would read as two', () => {
    expect(() => serializeZsync({ ...CONTROL, urls: [`https://example.org/${'x'.repeat(1000)}`] })).toThrow(
      expect.objectContaining({
        code: 'limit',
        message: 'Cannot write .zsync file: line of URL must have at most 1022 bytes, found 1025',
      }),
    );
    expect(() => serializeZsync({ ...CONTROL, urls: ['x'.repeat(1017)] })).not.toThrow();
  });
});
