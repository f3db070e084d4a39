import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import { parseZsync, serializeZsync } from '../../src/zsync/index.ts';
import { noise } from '../support/trees.ts';
import { CONTROL, controlBytes, SUMS } from './make-control.ts';

describe('a control file', () => {
  test('is parsed into typed fields', () => {
    expect(parseZsync(controlBytes())).toEqual(CONTROL);
  });

  test('may have its headers in any order, as zsyncmake2 writes them', () => {
    const [first = '', ...others] =
      Buffer.from(controlBytes()).toString('latin1').split('\n\n', 1)[0]?.split('\n') ?? [];
    const bytes = Buffer.concat([Buffer.from([...others.sort(), first, '', ''].join('\n')), SUMS]);
    expect(parseZsync(bytes)).toEqual(CONTROL);
  });

  test('may have lines that end with CR and LF', () => {
    expect(parseZsync(controlBytes({ lineEnd: '\r\n' }))).toEqual(CONTROL);
  });

  test('may say neither name nor time nor hash nor where the target is', () => {
    const headers = { Filename: null, MTime: null, 'SHA-1': null, URL: null };
    expect(parseZsync(controlBytes({ headers }))).toEqual({
      ...CONTROL,
      fileName: null,
      mtime: null,
      sha1: null,
      urls: [],
    });
  });

  test('may have a date that can not be read', () => {
    expect(parseZsync(controlBytes({ headers: { MTime: 'yesterday' } })).mtime).toBeNull();
  });

  test('names several places of the target in order', () => {
    const more = ['URL: https://mirror.example/App.AppImage', 'URL: ../other'];
    expect(parseZsync(controlBytes({ more })).urls).toEqual([
      'App.AppImage',
      'https://mirror.example/App.AppImage',
      '../other',
    ]);
  });

  test('without hash lengths has whole sums', () => {
    const sums = noise(60);
    const control = parseZsync(controlBytes({ headers: { 'Hash-Lengths': null }, sums }));
    expect(control.hashLengths).toEqual({ sequentialMatches: 1, weak: 4, strong: 16 });
    expect(control.sums.weak[2]).toBe(Buffer.from(sums).readUInt32BE(40));
    expect(control.sums.strong.subarray(32)).toEqual(sums.subarray(44));
  });

  test.each([
    ['MD4', 16],
    ['MD5', 16],
    ['SHA-224', 28],
  ])('may have strong sums of %s', (name, size) => {
    const more = [`Strong-Hash-Algorithm: ${name}`];
    const lengths = { headers: { 'Hash-Lengths': `1,4,${size}` }, sums: noise(3 * (4 + size)) };
    expect(parseZsync(controlBytes({ ...lengths, more }))).toMatchObject({
      strongHash: name,
      hashLengths: { strong: size },
    });
    const unsaid = { headers: { 'Hash-Lengths': null }, sums: lengths.sums };
    expect(parseZsync(controlBytes({ ...unsaid, more })).hashLengths).toEqual({
      sequentialMatches: 1,
      weak: 4,
      strong: size,
    });
  });

  test.each([
    [1, [0xaa, 0xbb]],
    [3, [0xaabbcc, 0xddeeff]],
    [4, [0xaabbccdd, 0xeeff0102]],
  ])('may have weak sums of %d bytes, which are the last ones', (weak, expected) => {
    const digits = expected.map((sum) => `${sum.toString(16).padStart(2 * weak, '0')}112233`).join('');
    const sums = new Uint8Array(Buffer.from(digits, 'hex'));
    const control = parseZsync(controlBytes({ headers: { Length: 4096, 'Hash-Lengths': `1,${weak},3` }, sums }));
    expect([...control.sums.weak]).toEqual(expected);
    expect([...control.sums.strong]).toEqual([0x11, 0x22, 0x33, 0x11, 0x22, 0x33]);
  });

  test('may have hashes of the whole target, known ones and others', () => {
    const sha256 = 'AB'.repeat(32);
    const more = ['Safe: File-Hash', `File-Hash: SHA-256:${sha256}`, 'File-Hash: BLAKE3:00ff'];
    expect(parseZsync(controlBytes({ more })).fileHashes).toEqual([
      { algorithm: 'SHA-256', digest: sha256.toLowerCase() },
      { algorithm: 'BLAKE3', digest: '00ff' },
    ]);
  });

  test.each([
    ['by commas', ['Safe: X-One,X-Two']],
    ['by blanks', ['Safe: X-One X-Two:']],
    ['in two lines', ['Safe: X-One', 'Safe: X-Two']],
  ])('keeps headers that it lists %s as safe to ignore', (_, safe) => {
    const control = parseZsync(controlBytes({ more: [...safe, 'X-One: a: b', 'X-Two: 2', 'Min-Version: 9'] }));
    expect(control.otherHeaders).toEqual([
      { name: 'X-One', value: 'a: b', safe: true },
      { name: 'X-Two', value: '2', safe: true },
    ]);
  });

  test('with other headers is refused, unless they are to be kept', () => {
    const bytes = controlBytes({ more: ['X-New: 1'] });
    expect(() => parseZsync(bytes)).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: 'Cannot parse .zsync file: header "X-New" is not known, and not marked as safe to ignore',
      }),
    );
    expect(parseZsync(bytes, { unknownHeaders: 'keep' }).otherHeaders).toEqual([
      { name: 'X-New', value: '1', safe: false },
    ]);
  });

  test('may have a binary map among its headers, of any bytes', () => {
    const text = Buffer.from(
      controlBytes({ more: ['Z-URL: App.gz', 'Z-Filename: App.gz', 'Recompress: 1f8b --best', 'Z-Map2: 2'] }),
    );
    const at = text.indexOf('Z-Map2: 2\n') + 10;
    const bytes = Buffer.concat([text.subarray(0, at), Buffer.from('\n\n\n\nZZZZ'), text.subarray(at)]);
    const compressed = { urls: ['App.gz'], fileName: 'App.gz', recompress: '1f8b --best' };
    expect(parseZsync(bytes, { limits: { headerLength: at + 1 } })).toEqual({ ...CONTROL, compressed });
  });

  test('may have a name that is not UTF-8', () => {
    expect(parseZsync(controlBytes({ headers: { Filename: 'caf\xe9' } })).fileName).toBe('caf\udce9');
  });

  test('may have bytes behind the sums', () => {
    expect(parseZsync(Buffer.concat([controlBytes(), noise(5)]))).toEqual(CONTROL);
  });
});

describe('a control file is refused', () => {
  test.each([
    ['without a version', { zsync: null }, /expected a header zsync, found none$/],
    ['without a length', { Length: null }, /expected a header Length, found none$/],
    ['without a block size', { Blocksize: null }, /expected a header Blocksize, found none$/],
    ['of an empty target', { Length: 0 }, /Length must be a number of bytes from 1 to 2\^53 - 1, found "0"$/],
    ['with a negative length', { Length: -5 }, /Length must be/],
    ['with a length in words', { Length: '5k' }, /Length must be/],
    ['with a length beyond numbers', { Length: '9'.repeat(40) }, /Length must be/],
    ['with blocks of no bytes', { Blocksize: 0 }, /Blocksize must be a power of two, found "0"$/],
    ['with blocks of an odd size', { Blocksize: 2047 }, /Blocksize must be a power of two, found "2047"$/],
    ['with a block size that is nearly a power of two', { Blocksize: 2 ** 53 - 1 }, /Blocksize must be a power/],
    [
      'with a directory in the name',
      { Filename: '../App' },
      /Filename must be a name without directories, found "..\/App"$/,
    ],
    ['with a name that is a directory', { Filename: '..' }, /Filename must be a name/],
    ['with a NUL in the name', { Filename: 'a\0b' }, /Filename must be a name/],
    ['with two hash lengths', { 'Hash-Lengths': '2,2' }, /Hash-Lengths must be "1 to 2,1 to 4,3 to 16", found "2,2"$/],
    ['with no match', { 'Hash-Lengths': '0,2,4' }, /Hash-Lengths must be/],
    ['with three matches', { 'Hash-Lengths': '3,2,4' }, /Hash-Lengths must be/],
    ['with no weak sum', { 'Hash-Lengths': '2,0,4' }, /Hash-Lengths must be/],
    ['with long weak sums', { 'Hash-Lengths': '2,5,4' }, /Hash-Lengths must be/],
    ['with short strong sums', { 'Hash-Lengths': '2,2,2' }, /Hash-Lengths must be/],
    ['with long strong sums', { 'Hash-Lengths': '2,2,17' }, /Hash-Lengths must be/],
    ['with a short SHA-1', { 'SHA-1': 'da39' }, /SHA-1 must have 40 hexadecimal digits, found "da39"$/],
    ['with a SHA-1 of other letters', { 'SHA-1': 'x'.repeat(40) }, /SHA-1 must have/],
    [
      'with a short SHA-256',
      { 'File-Hash': 'SHA-256:00' },
      /File-Hash of SHA-256 must have 64 hexadecimal digits, found "00"$/,
    ],
    [
      'with a hash of no algorithm',
      { 'File-Hash': '00' },
      /File-Hash must be "algorithm:hexadecimal digits", found "00"$/,
    ],
    ['with a map beyond its end', { 'Z-Map2': 100 }, /Z-Map2 must have entries within 19 bytes, found "100"$/],
    ['with a map of a negative size', { 'Z-Map2': -1 }, /Z-Map2 must have entries/],
    [
      'with a huge length',
      { Length: 2 ** 53 - 1 },
      /expected \d+ bytes of sums for 4398046511104 blocks, found 18 bytes$/,
    ],
    ['with fewer sums than blocks', { Length: 6145 }, /expected 24 bytes of sums for 4 blocks, found 18 bytes$/],
  ])('as malformed %s', (_, headers, message) => {
    expect(() => parseZsync(controlBytes({ headers }))).toThrow(
      expect.objectContaining({
        code: 'malformed',
        message: expect.stringMatching(message),
        offset: expect.any(Number),
      }),
    );
  });

  test.each([
    ['a second length', ['Length: 5000'], /expected one header Length, found another$/],
    ['a line without a colon', ['nothing'], /expected a line "Name: value", found "nothing"$/],
    ['a line without a value', ['URL:'], /expected a line "Name: value", found "URL:"$/],
    ['a line without a blank', ['URL:x'], /expected a line/],
    ['a line without a name', [': x'], /expected a line/],
    ['a line that is an image', ['\x7fELF\x02\x01\x01'], /expected a line "Name: value", found ".ELF/],
  ])('as malformed with %s', (_, more, message) => {
    expect(() => parseZsync(controlBytes({ more }))).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringMatching(message) }),
    );
  });

  test('as malformed when it ends within the headers', () => {
    const bytes = controlBytes({ sums: new Uint8Array(0) });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseZsync(bytes.subarray(0, length)), String(length)).toThrow(
        expect.objectContaining({ code: 'malformed' }),
      );
    }
  });

  test.each([
    ['version 0.0.4', { zsync: '0.0.4' }, /files of version 0\.0\.4 have another format$/],
    [
      'a hash of the future',
      { 'Strong-Hash-Algorithm': 'BLAKE3' },
      /must be one of MD4, MD5, SHA-224, found "BLAKE3"$/,
    ],
  ])('as unsupported with %s', (_, headers, message) => {
    expect(() => parseZsync(controlBytes({ headers }))).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringMatching(message) }),
    );
  });

  test('beyond a limit on the size of blocks', () => {
    const bytes = controlBytes({ headers: { Blocksize: 32 * 1_048_576 }, sums: noise(6) });
    expect(() => parseZsync(bytes)).toThrow(
      expect.objectContaining({
        code: 'limit',
        message: 'Cannot parse .zsync file: Blocksize must be at most 16777216 bytes, found 33554432',
      }),
    );
    expect(parseZsync(bytes, { limits: { blockSize: 32 * 1_048_576 } }).blockSize).toBe(32 * 1_048_576);
  });

  test('beyond a limit on the length of the headers', () => {
    const more = Array.from({ length: 2000 }, (_, index) => `URL: https://mirror-${index}.example/App.AppImage`);
    expect(() => parseZsync(controlBytes({ more }))).toThrow(
      expect.objectContaining({
        code: 'limit',
        message: 'Cannot parse .zsync file: headers must end within 65536 bytes',
      }),
    );
    expect(parseZsync(controlBytes({ more }), { limits: { headerLength: 1_048_576 } }).urls).toHaveLength(2001);
  });

  test('with an AppImageError, whatever its bytes are', () => {
    const valid = controlBytes({ more: ['Safe: File-Hash', `File-Hash: SHA-256:${'ab'.repeat(32)}`, 'Z-URL: x'] });
    const parses = (bytes: Uint8Array): void => {
      try {
        const control = parseZsync(bytes);
        expect(control.sums.weak).toHaveLength(Math.ceil(control.length / control.blockSize));
        serializeZsync(control);
      } catch (error) {
        if (!isAppImageError(error)) throw error;
      }
    };
    for (let at = 0; at < valid.length; at++) {
      for (const byte of [0, 0x0a, 0x20, 0x30, 0x3a, 0xff]) parses(valid.with(at, byte));
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), parses));
    const line = fc.tuple(
      fc.constantFrom(
        'zsync',
        'Length',
        'Blocksize',
        'Hash-Lengths',
        'Filename',
        'SHA-1',
        'Safe',
        'File-Hash',
        'Z-Map2',
        'MTime',
      ),
      fc.oneof(fc.nat().map(String), fc.string(), fc.constantFrom('1,1,3', '2,4,16', '1', '2048', '')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.uint8Array(), (lines, sums) => {
        const text = lines.map(([name, value]) => `${name}: ${value}\n`).join('');
        parses(Buffer.concat([Buffer.from(`${text}\n`), sums]));
      }),
    );
  });
});
