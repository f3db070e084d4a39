import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppImageError } from '../../src/errors.ts';
import type { FileType } from '../../src/filesystem/readonly-file-system.ts';
import { RecordReader } from '../../src/io/record-reader.ts';
import { parseIndexEntry } from '../../src/squashfs/directory-inode.ts';
import { parseBlockWords } from '../../src/squashfs/file-inode.ts';
import {
  type InodeBody,
  type InodeInput,
  inodeTypeByNumber,
  inodeTypeNumber,
  parseInode,
  serializeInode,
} from '../../src/squashfs/inode.ts';
import { type InodeHeader, NO_XATTRS } from '../../src/squashfs/inode-header.ts';

const BLOCK_SIZE = 4096;

/** A record with what happens to follow it in its block. */
function recordOf(bytes: Uint8Array): RecordReader {
  return new RecordReader(new Uint8Array(Buffer.concat([bytes, Buffer.alloc(64, 0xee)])), { what: 'inode' });
}

/** Parses an inode and the list behind it. */
function parseWhole(record: RecordReader): InodeInput {
  const inode = parseInode(record, BLOCK_SIZE);
  if (inode.type === 'file') {
    const { blockCount, ...rest } = inode;
    return { ...rest, blockWords: parseBlockWords(record, blockCount) };
  }
  if (inode.type === 'directory') {
    const { indexCount, ...rest } = inode;
    return { ...rest, index: Array.from({ length: indexCount }, () => parseIndexEntry(record)) };
  }
  return inode;
}

const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffff_ffff });
const xattrIndex = fc.oneof(fc.constant(NO_XATTRS), fc.nat({ max: 100_000 }));
const links = fc.integer({ min: 1, max: 1000 });

const headers: fc.Arbitrary<InodeHeader> = fc.record({
  mode: fc.nat({ max: 0o7777 }),
  uidIndex: u16,
  gidIndex: u16,
  mtime: u32,
  number: u32,
});

const fileBodies: fc.Arbitrary<InodeBody> = fc
  .record({
    wholeBlocks: fc.array(u32, { maxLength: 8 }),
    tail: fc.nat({ max: BLOCK_SIZE - 1 }),
    fragment: fc.option(fc.record({ index: fc.nat({ max: 1_000_000 }), offset: u32 }), { nil: undefined }),
    blocksStart: fc.oneof(u32, fc.nat({ max: Number.MAX_SAFE_INTEGER })),
    sparse: fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 40 })),
    links,
    xattrIndex,
  })
  .map(({ wholeBlocks, tail, fragment, ...rest }) => ({
    type: 'file',
    ...rest,
    fragment,
    size: wholeBlocks.length * BLOCK_SIZE + tail,
    blockWords: Uint32Array.from(fragment === undefined && tail > 0 ? [...wholeBlocks, 5] : wholeBlocks),
  }));

const directoryBodies: fc.Arbitrary<InodeBody> = fc.record({
  type: fc.constant('directory'),
  listingBlock: u32,
  listingOffset: u16,
  listingLength: fc.oneof(fc.nat({ max: 70_000 }), fc.nat({ max: 0xffff_ff00 })),
  links: u32,
  parentNumber: u32,
  xattrIndex,
  index: fc.array(fc.record({ position: u32, block: u32, name: fc.uint8Array({ minLength: 1, maxLength: 256 }) }), {
    maxLength: 5,
  }),
});

const otherBodies: fc.Arbitrary<InodeBody> = fc.oneof(
  fc.record({
    type: fc.constant<'symlink'>('symlink'),
    links,
    target: fc.uint8Array({ maxLength: 300 }),
    xattrIndex,
  }),
  fc.record({
    type: fc.constantFrom('block-device', 'character-device'),
    links,
    device: fc.record({ major: fc.nat({ max: 0xfff }), minor: fc.nat({ max: 0xf_ffff }) }),
    xattrIndex,
  }),
  fc.record({ type: fc.constantFrom('fifo', 'socket'), links, xattrIndex }),
);

const inodes = fc
  .tuple(headers, fc.oneof(fileBodies, directoryBodies, otherBodies))
  .map(([header, body]): InodeInput => ({ ...header, ...body }));

describe('an inode', () => {
  test('is parsed as it was serialized, whatever its type', () => {
    fc.assert(
      fc.property(inodes, (inode) => {
        const parsed = parseWhole(recordOf(serializeInode(inode)));
        expect(JSON.stringify(parsed, sortedKeys)).toBe(JSON.stringify(inode, sortedKeys));
      }),
      { numRuns: 1000 },
    );
  });

  test('of any bytes is parsed or refused with an AppImageError', () => {
    const anyBytes = fc.tuple(fc.nat({ max: 15 }), fc.uint8Array({ minLength: 14, maxLength: 200 }));
    fc.assert(
      fc.property(anyBytes, ([type, bytes]) => {
        const record = recordOf(new Uint8Array([type, 0, ...bytes]));
        try {
          expect(parseInode(record, BLOCK_SIZE).mode).toBeLessThanOrEqual(0o7777);
        } catch (error) {
          expect(isAppImageError(error)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  const header: InodeHeader = { mode: 0o4755, uidIndex: 1, gidIndex: 2, mtime: 0x0a0b_0c0d, number: 0x0102_0304 };
  const headerAfterType = 'ed09010002000d0c0b0a04030201';

  test.each<[string, InodeBody, string]>([
    [
      'a basic file',
      {
        type: 'file',
        size: 4096 + 7,
        blocksStart: 0x60,
        blockWords: [0x0100_1000],
        ...fileRest(),
        fragment: { index: 3, offset: 9 },
      },
      `0200${headerAfterType}6000000003000000090000000710000000100001`,
    ],
    [
      'an extended file',
      {
        type: 'file',
        size: 2 ** 33,
        blocksStart: 0x60,
        blockWords: [],
        ...fileRest(),
        links: 2,
        sparse: 5,
        fragment: undefined,
      },
      `0900${headerAfterType}60000000000000000000000002000000050000000000000002000000ffffffff00000000ffffffff`,
    ],
    [
      'a basic directory',
      {
        type: 'directory',
        listingBlock: 1,
        listingOffset: 2,
        listingLength: 4,
        links: 3,
        parentNumber: 6,
        xattrIndex: NO_XATTRS,
        index: [],
      },
      `0100${headerAfterType}01000000030000000700020006000000`,
    ],
    [
      'an extended directory',
      {
        type: 'directory',
        listingBlock: 1,
        listingOffset: 2,
        listingLength: 4,
        links: 3,
        parentNumber: 6,
        xattrIndex: 8,
        index: [{ position: 0x20, block: 0x30, name: Uint8Array.of(0x61, 0x62) }],
      },
      `0800${headerAfterType}0300000007000000010000000600000001000200080000002000000030000000010000006162`,
    ],
    [
      'a symlink',
      { type: 'symlink', links: 1, target: Uint8Array.of(0x78), xattrIndex: NO_XATTRS },
      `0300${headerAfterType}010000000100000078`,
    ],
    [
      'an extended symlink',
      { type: 'symlink', links: 1, target: Uint8Array.of(0x78), xattrIndex: 7 },
      `0a00${headerAfterType}01000000010000007807000000`,
    ],
    [
      'a block device',
      { type: 'block-device', links: 1, device: { major: 0xabc, minor: 0x1_2345 }, xattrIndex: NO_XATTRS },
      `0400${headerAfterType}0100000045bc3a12`,
    ],
    [
      'an extended character device',
      { type: 'character-device', links: 1, device: { major: 1, minor: 3 }, xattrIndex: 2 },
      `0c00${headerAfterType}010000000301000002000000`,
    ],
    ['a FIFO', { type: 'fifo', links: 1, xattrIndex: NO_XATTRS }, `0600${headerAfterType}01000000`],
    ['an extended socket', { type: 'socket', links: 1, xattrIndex: 1 }, `0e00${headerAfterType}0100000001000000`],
  ])('of %s has its fields where the kernel looks for them', (_, body, expected) => {
    expect(Buffer.from(serializeInode({ ...header, ...body })).toString('hex')).toBe(expected);
  });
});

test('the type numbers of directory entries are those of basic inodes', () => {
  const types: FileType[] = ['directory', 'file', 'symlink', 'block-device', 'character-device', 'fifo', 'socket'];
  expect(types.map(inodeTypeNumber)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect([1, 2, 3, 4, 5, 6, 7].map(inodeTypeByNumber)).toEqual(types);
  expect([0, 8, -1].map(inodeTypeByNumber)).toEqual([undefined, undefined, undefined]);
});

function fileRest() {
  return { links: 1, sparse: 0, xattrIndex: NO_XATTRS };
}

function sortedKeys(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array || value instanceof Uint32Array) return [...value];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
