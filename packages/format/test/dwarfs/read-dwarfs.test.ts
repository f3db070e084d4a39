import { describe, expect, test } from 'vitest';
import { checkDwarfs } from '../../src/dwarfs/check-dwarfs.ts';
import { findDwarfs } from '../../src/dwarfs/find-dwarfs.ts';
import { readDwarfs } from '../../src/dwarfs/read-dwarfs.ts';
import { SECTION_HEADER_SIZE } from '../../src/dwarfs/section-header.ts';
import type { IndexEntry } from '../../src/dwarfs/section-index.ts';
import { AppImageError } from '../../src/errors.ts';
import { type ByteSource, bufferSource } from '../../src/io/byte-source.ts';
import { faultySource, strangers } from '../support/hostile.ts';
import { noise } from '../support/trees.ts';
import { makeDwarfs, type SectionRecipe, USUAL_SECTIONS } from './make-dwarfs.ts';

const SUMMARY = {
  version: { major: 2, minor: 5 },
  blockCount: 3,
  blockLength: 9000,
  compressions: ['zstd', 'none'],
  hasMetadata: true,
};

describe('an image', () => {
  test.each([true, false])('is described by its sections (by the index: %s)', async (index) => {
    const bytes = await makeDwarfs(USUAL_SECTIONS, { index });
    const image = await readDwarfs(bufferSource(bytes));
    expect(image).toMatchObject({ ...SUMMARY, length: bytes.length, hasIndex: index });
    const types = ['block', 'block', 'block', 'metadata-schema', 'metadata', 'history'];
    expect(image.sections.map(({ type }) => type)).toEqual(index ? [...types, 'section-index'] : types);
    for (const { offset, length, header } of image.sections) {
      expect(Buffer.from(bytes.subarray(offset, offset + 6)).toString()).toBe('DWARFS');
      expect(header?.length).toBe(length);
    }
  });

  test.each([true, false])('is the same in the middle of a file (by the index: %s)', async (index) => {
    const bytes = await makeDwarfs(USUAL_SECTIONS, { index });
    const whole = bufferSource(Buffer.concat([noise(777), bytes, noise(500, 2)]));
    const expected = { ...SUMMARY, length: bytes.length };
    expect(await readDwarfs(whole, { offset: 777, length: bytes.length })).toMatchObject({
      ...expected,
      hasIndex: index,
    });
    expect(await readDwarfs(whole, { offset: 777 })).toMatchObject({ ...expected, hasIndex: false });
  });

  test('of each version since 2.2 is read', async () => {
    for (const minorVersion of [2, 3, 4, 5]) {
      const bytes = await makeDwarfs(USUAL_SECTIONS, { minorVersion, index: minorVersion > 3 });
      expect((await readDwarfs(bufferSource(bytes))).version).toEqual({ major: 2, minor: minorVersion });
    }
  });

  test('with sections and compressions of later times is read', async () => {
    const sections: SectionRecipe[] = [
      { type: 'block', compression: 'compression-99', data: noise(10) },
      { type: 'type-1000' },
      ...USUAL_SECTIONS,
    ];
    expect(await readDwarfs(bufferSource(await makeDwarfs(sections)))).toMatchObject({
      blockCount: 4,
      compressions: ['compression-99', 'zstd', 'none'],
    });
  });

  test('without blocks, or without metadata, says so', async () => {
    const empty = await readDwarfs(bufferSource(await makeDwarfs(USUAL_SECTIONS.slice(3))));
    expect(empty).toMatchObject({ blockCount: 0, blockLength: 0, compressions: [], hasMetadata: true });
    const bare = await readDwarfs(bufferSource(await makeDwarfs(USUAL_SECTIONS.slice(0, 4))));
    expect(bare.hasMetadata).toBe(false);
  });

  test('of many blocks needs few reads by its index', async () => {
    const blocks = Array.from({ length: 1000 }, (_, number): SectionRecipe => {
      return { type: 'block', compression: number === 0 ? 'lz4' : 'zstd', data: noise(20, number) };
    });
    const source = faultySource(
      bufferSource(await makeDwarfs([...blocks, ...USUAL_SECTIONS.slice(3)])),
      0,
      new Error('never'),
    );
    const image = await readDwarfs(source);
    expect(image).toMatchObject({ blockCount: 1000, blockLength: 20_000, compressions: ['lz4', 'zstd'] });
    expect(source.reads).toBeLessThan(25);
    const thorough = await readDwarfs(source, { blockHeaders: Number.POSITIVE_INFINITY });
    expect(thorough.sections.every(({ header }) => header !== undefined)).toBe(true);
  });

  test('whose sections are more than the limit is refused', async () => {
    for (const index of [true, false]) {
      const bytes = await makeDwarfs(USUAL_SECTIONS, { index });
      await expect(readDwarfs(bufferSource(bytes), { maximumSections: 5 })).rejects.toMatchObject({ code: 'limit' });
      expect(await readDwarfs(bufferSource(bytes), { maximumSections: 7 })).toMatchObject(SUMMARY);
    }
  });

  test('is not read for a caller who has given up', async () => {
    const reason = new Error('given up');
    const source = bufferSource(await makeDwarfs());
    await expect(readDwarfs(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('an index that can not be right is not used:', () => {
  const second = (change: Partial<IndexEntry>) => (entries: IndexEntry[]) =>
    entries.map((entry, number) => (number === 1 ? { ...entry, ...change } : entry));

  test.each<[string, (entries: IndexEntry[]) => IndexEntry[]]>([
    ['it begins elsewhere', ([, ...entries]) => [{ type: 'block', offset: 1 }, ...entries]],
    ['its sections overlap', second({ offset: 63 })],
    ['it is in disorder', second({ offset: 9000 })],
    ['it has another index in it', second({ type: 'section-index' })],
    ['it is too short', (entries) => entries.slice(-2)],
    ['it has too many entries', (entries) => [...entries.slice(0, 1), ...entries]],
  ])('%s', async (_, index) => {
    const image = await readDwarfs(bufferSource(await makeDwarfs(USUAL_SECTIONS, { index })));
    expect(image).toMatchObject({ ...SUMMARY, hasIndex: false });
  });
});

describe('an image is refused', () => {
  test.each<[string, string, () => Promise<Uint8Array>]>([
    ['malformed', 'with another magic', async () => noise(500)],
    ['out-of-bounds', 'of no bytes', async () => new Uint8Array(0)],
    ['out-of-bounds', 'of 63 bytes', async () => (await makeDwarfs()).subarray(0, 63)],
    ['unsupported', 'of version 2.6', () => makeDwarfs(USUAL_SECTIONS, { minorVersion: 6 })],
    [
      'malformed',
      'whose first section has another number',
      () => makeDwarfs([{ type: 'block', header: { number: 1 } }]),
    ],
    [
      'malformed',
      'whose sections are out of order',
      () => makeDwarfs([...USUAL_SECTIONS, { type: 'block', header: { number: 9 } }], { index: false }),
    ],
    [
      'malformed',
      'whose index has another number than a section',
      () => makeDwarfs([...USUAL_SECTIONS, { type: 'history', header: { number: 9 } }]),
    ],
    [
      'malformed',
      'whose index has another type than a section',
      () => makeDwarfs([...USUAL_SECTIONS, { type: 'block', header: { type: 'history' } }]),
    ],
    [
      'malformed',
      'whose index has another length than a section',
      () => makeDwarfs([...USUAL_SECTIONS, { type: 'history', data: noise(10), header: { length: 9 } }]),
    ],
    [
      'out-of-bounds',
      'whose last section is cut off',
      async () => (await makeDwarfs(USUAL_SECTIONS, { index: false })).subarray(0, -1),
    ],
    [
      'out-of-bounds',
      'whose section claims 2^52 bytes',
      () => makeDwarfs([{ type: 'block', header: { length: 2 ** 52 } }], { index: false }),
    ],
  ])('as %s %s', async (code, _, make) => {
    await expect(readDwarfs(bufferSource(await make()), { blockHeaders: 100 })).rejects.toMatchObject({
      name: 'AppImageError',
      code,
    });
  });
});

describe('the check of an image', () => {
  test('passes over right hashes, wherever the image is', async () => {
    const bytes = await makeDwarfs();
    const image = await readDwarfs(bufferSource(bytes));
    await expect(checkDwarfs(bufferSource(bytes), image)).resolves.toBeUndefined();
    await expect(
      checkDwarfs(bufferSource(Buffer.concat([noise(9), bytes])), image, { offset: 9 }),
    ).resolves.toBeUndefined();
  });

  test('finds any byte that is changed behind the hash', async () => {
    const bytes = await makeDwarfs();
    const image = await readDwarfs(bufferSource(bytes));
    const { offset } = image.sections[3] as { offset: number };
    for (const place of [offset + 40, offset + 48, offset + 52, offset + 64, offset + 100]) {
      const damaged = bytes.slice();
      damaged[place] = (damaged[place] as number) ^ 1;
      await expect(checkDwarfs(bufferSource(damaged), image), `byte ${place}`).rejects.toMatchObject({
        code: 'malformed',
        offset,
        message: expect.stringContaining('XXH3-64 of section'),
      });
    }
  });
});

describe('an image that is looked for', () => {
  test('is found behind anything, even what looks alike', async () => {
    const bytes = await makeDwarfs();
    const alike = Buffer.concat([Buffer.from('DWARFS\x02\x05'), noise(100, 3), bytes.subarray(0, 100)]);
    const source = bufferSource(Buffer.concat([noise(12_345), alike, bytes]));
    expect(await findDwarfs(source)).toBe(12_345 + alike.length);
    expect(await findDwarfs(source, { start: 12_345 + alike.length })).toBe(12_345 + alike.length);
    expect(await findDwarfs(source, { start: 12_345, length: alike.length })).toBeUndefined();
  });

  test('is found where two windows meet', async () => {
    const bytes = await makeDwarfs();
    for (const distance of [-7, -1, 0, 1]) {
      const offset = 1_048_576 + distance;
      const source = bufferSource(Buffer.concat([new Uint8Array(offset), bytes]));
      expect(await findDwarfs(source, { length: 2_000_000 }), `${distance}`).toBe(offset);
    }
  });

  test('is not found where there is none, or where too many only look so', async () => {
    expect(await findDwarfs(bufferSource(noise(100_000)))).toBeUndefined();
    expect(await findDwarfs(bufferSource(new Uint8Array(0)))).toBeUndefined();
    const alike = Buffer.from('DWARFS\x02\x05'.repeat(10_000), 'latin1');
    const source = faultySource(bufferSource(Buffer.concat([alike, await makeDwarfs()])), 0, new Error('never'));
    expect(await findDwarfs(source)).toBeUndefined();
    expect(source.reads).toBeLessThan(300);
  });
});

/** Opens, checks and looks for an image; answers the errors. */
async function explore(source: ByteSource): Promise<unknown[]> {
  const errors: unknown[] = [];
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    await action().catch((error: unknown) => errors.push(error));
  };
  await attempt(async () => checkDwarfs(source, await readDwarfs(source, { blockHeaders: 100 })));
  await attempt(() => findDwarfs(source));
  return errors;
}

describe('a hostile image', () => {
  test.each([true, false])(
    'with any one byte of a header or the index changed (index: %s) gives AppImageErrors',
    async (index) => {
      const bytes = await makeDwarfs(USUAL_SECTIONS, { index });
      const { sections } = await readDwarfs(bufferSource(bytes));
      for (const { type, offset, length } of sections) {
        const end = offset + SECTION_HEADER_SIZE + (type === 'section-index' ? length : 0);
        for (let place = offset; place < end; place++) {
          for (const value of [0, 0xff, (bytes[place] as number) ^ 1, (bytes[place] as number) ^ 0x80]) {
            const hostile = bytes.slice();
            hostile[place] = value;
            expect(strangers(await explore(bufferSource(hostile))), `byte ${place}`).toEqual([]);
          }
        }
      }
    },
  );

  test('cut off anywhere gives AppImageErrors', async () => {
    const bytes = await makeDwarfs(USUAL_SECTIONS.slice(2));
    for (let length = 0; length < bytes.length; length++) {
      expect(strangers(await explore(bufferSource(bytes.subarray(0, length)))), `${length} bytes`).toEqual([]);
    }
  });

  test('whose reads fail gives the failure', async () => {
    const source = bufferSource(await makeDwarfs());
    const whole = faultySource(source, 0, new Error('never'));
    expect(await explore(whole)).toEqual([]);
    for (let number = 1; number <= whole.reads; number++) {
      const fault = new AppImageError('io', `fault ${number}`);
      expect(await explore(faultySource(source, number, fault)), fault.message).toEqual([fault]);
    }
  });
});
