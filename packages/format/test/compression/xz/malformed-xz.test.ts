import { spawnSync } from 'node:child_process';
import { describeWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { decompressXz } from '../../../src/compression/xz/decompress-xz.ts';
import { prose } from '../../support/trees.ts';
import { malformed } from '../attempt.ts';
import { pipe } from '../packed-blocks.ts';
import { join, LZMA2, makeXz, multibyte, storedChunk, type XzParts } from './make-xz.ts';

const content = prose(101);

/** LZMA2 data of one compressed chunk: a control byte, two sizes, properties, and what the range decoder reads. */
const compressed = (): Uint8Array => pipe('xz', ['--format=raw', '--lzma2=preset=1', '--stdout'], prose(300));

/** What `xz` says of the same bytes. */
const acceptedByXz = (stream: Uint8Array): boolean =>
  spawnSync('xz', ['--test', '--quiet', '--no-warn', '--single-stream', '-'], { input: stream }).status === 0;

const VALID: Readonly<Record<string, Partial<XzParts>>> = {
  'one stored chunk': {},
  'several stored chunks': {
    data: join(storedChunk(content.subarray(0, 1)), storedChunk(content.subarray(1), 2), [0]),
  },
  'a new dictionary in the middle': {
    data: join(storedChunk(content.subarray(0, 50)), storedChunk(content.subarray(50)), [0]),
  },
  'no content and no chunk': { content: new Uint8Array(0), data: join([0]) },
  'sizes in the block header': { compressedSize: 105, contentSize: 101 },
  'a dictionary of 4 GiB': { filters: [[0x21, 1, 40]] },
  'a dictionary of 4 KiB': { filters: [[0x21, 1, 0]] },
  'no check': { streamFlags: [0, 0], check: new Uint8Array(0) },
  'a filter with a start': { content: new Uint8Array(100).fill(7), filters: [[0x05, 4, 4, 0, 0, 0], LZMA2] },
  'a filter and no start': { content: new Uint8Array(100).fill(7), filters: [[0x0a, 0], LZMA2] },
  'four filters': { content: new Uint8Array(9), filters: [[3, 1, 0], [3, 1, 255], [4, 0], LZMA2] },
};

const MALFORMED: Readonly<Record<string, Partial<XzParts>>> = {
  'a reserved stream flag': { streamFlags: [1, 1] },
  'a check id above 15': { streamFlags: [0, 0x11] },
  'another check in the footer': { footerFlags: [0, 0] },
  'a reserved block flag': { blockFlags: 0x04 },
  'another compressed size in the header': { compressedSize: 104 },
  'another content size in the header': { contentSize: 100 },
  'a size in the header that never ends': {
    filters: [[0x21, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
  },
  'a size in the header that could be shorter': { filters: [[0xa1, 0x80, 0x00, 0x01]] },
  'properties beyond the header': { filters: [[0x21, 0x7f, 22]] },
  'a dictionary size that does not exist': { filters: [[0x21, 1, 41]] },
  'a reserved bit in the dictionary size': { filters: [[0x21, 1, 0x40 | 22]] },
  'a dictionary size of two bytes': { filters: [[0x21, 2, 22, 0]] },
  'LZMA2 before another filter': { filters: [LZMA2, [0x04, 0]] },
  'LZMA2 twice': { filters: [LZMA2, LZMA2] },
  'no LZMA2': { filters: [[0x04, 0]] },
  'delta without a distance': { filters: [[0x03, 0], LZMA2] },
  'a start that is not aligned': { filters: [[0x06, 4, 8, 0, 0, 0], LZMA2] },
  'a start of two bytes': { filters: [[0x04, 2, 0, 0], LZMA2] },
  'block header padding that is not zero': { filters: [[0x04, 0], LZMA2], headerPadding: 1 },
  'block padding that is not zero': { blockPadding: 1 },
  'a CRC that does not hold': { check: Uint8Array.of(1, 2, 3, 4) },
  'an index that begins with another byte': { indexIndicator: 1 },
  'no record in the index': { recordCount: 0 },
  'more records than there are': { recordCount: 2 },
  'a record of a block that is smaller': { recordUnpaddedSize: 120 },
  'a record of a block that is larger': { recordUnpaddedSize: 140 },
  'a record of a block without room for a check': { recordUnpaddedSize: 1 },
  'a record of less content': { recordContentSize: 100 },
  'a record of more content': { recordContentSize: 102 },
  'index padding that is not zero': { content: prose(121), indexPadding: 1 },
  'an index of another size in the footer': { indexSize: 12 },
  'an index that is larger than the stream': { indexSize: 4096 },
  'a kind of chunk that does not exist': { data: join(storedChunk(content, 3), [0]) },
  'a chunk that needs an earlier dictionary': { data: join(storedChunk(content, 2), [0]) },
  'a chunk that needs earlier properties': { data: join(storedChunk(content), [0x80, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]) },
  'a chunk that goes on beyond the data': { data: storedChunk(content) },
  'a chunk that is cut off': { data: storedChunk(content).subarray(0, 90) },
  'a chunk header that is cut off': { data: join([0x01, 0]) },
  'data after the last chunk': { data: join(storedChunk(content), [0, 0]) },
  'no content, but a chunk': { content: new Uint8Array(0), data: join(storedChunk(content), [0]) },
};

const COMPRESSED_MALFORMED: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = {
  'properties that do not exist': (data) => data.with(5, 225),
  'more literal bits than are allowed': (data) => data.with(5, (2 * 5 + 4) * 9 + 4),
  'LZMA data that does not begin with zero': (data) => data.with(6, 1),
  'a match before the start': (data) => data.fill(0xff, 7, 12),
  'content that is shorter than the chunk says': (data) => data.with(2, (data[2] as number) + 1),
  'content that is longer than the chunk says': (data) => data.with(2, (data[2] as number) - 1),
  'too few bytes for a range decoder': (data) => join(data.subarray(0, 3), [0, 3], data.subarray(5, 10), [0]),
  'a compressed size that is larger': (data) => data.with(4, (data[4] as number) + 1),
  'a compressed size that is smaller': (data) => data.with(4, (data[4] as number) - 1),
};

describeWith(['xz'], 'a stream that xz accepts', () => {
  test.each(Object.entries(VALID))('with %s is decompressed', (_, parts) => {
    const stream = makeXz({ content, ...parts });
    expect(acceptedByXz(stream)).toBe(true);
    expect(decompressXz(stream, 200)).toEqual(parts.content ?? content);
  });
});

describeWith(['xz'], 'a stream that xz refuses', () => {
  test.each(Object.entries(MALFORMED))('with %s is malformed', (_, parts) => {
    const stream = makeXz({ content, ...parts });
    expect(acceptedByXz(stream)).toBe(false);
    expect(() => decompressXz(stream, 200)).toThrow(malformed);
  });

  test.each(Object.entries(COMPRESSED_MALFORMED))('with %s is malformed', (_, change) => {
    const valid = makeXz({ content: prose(300), data: compressed() });
    expect(acceptedByXz(valid)).toBe(true);
    expect(decompressXz(valid, 300)).toEqual(prose(300));
    const stream = makeXz({ content: prose(300), data: change(compressed()) });
    expect(acceptedByXz(stream)).toBe(false);
    expect(() => decompressXz(stream, 400)).toThrow(malformed);
  });

  test('with anything after it is malformed', () => {
    const stream = makeXz({ content });
    for (const rest of [[0], [0, 0, 0, 0], [...stream]]) {
      expect(() => decompressXz(join(stream, rest), 500)).toThrow(malformed);
    }
  });
});

describe('a stream that needs more than there is', () => {
  test.each([
    ['another filter', { filters: [[0x0f, 0], LZMA2] }],
    ['a filter of somebody', { filters: [[...multibyte(2 ** 40), 0], LZMA2] }],
    ['a SHA-256', { streamFlags: [0, 10], check: new Uint8Array(32) }],
    ['a check without a name yet', { streamFlags: [0, 15], check: new Uint8Array(64) }],
  ])('with %s is unsupported', (_, parts) => {
    expect(() => decompressXz(makeXz({ content, ...parts }), 200)).toThrow(
      expect.objectContaining({ name: 'AppImageError', code: 'unsupported' }),
    );
  });
});
